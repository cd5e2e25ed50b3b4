// The frame's manners: dialogs, drawer, theme, density, what happens after an act. No framework, no inline script.
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };

  const turn = (name, one, other, key) => {
    root.dataset[name] = root.dataset[name] === one ? other : one;
    keep(key, root.dataset[name]);
    document.dispatchEvent(new CustomEvent('look-changed'));
  };

  window.opsloop = {
    theme: () => turn('bsTheme', 'dark', 'light', 'theme'),
    open(id) {
      const dialog = byId(id);
      if (!dialog || dialog.open) return false;
      dialog.showModal();
      dialog.querySelectorAll('[hx-trigger*="opened"]').forEach((one) => one.dispatchEvent(new Event('opened')));
      return true;
    },
    drawer(url) {
      byId('drawer-body').dataset.wanted = '1';
      window.htmx.ajax('GET', url, { target: '#drawer-body', swap: 'innerHTML' });
    },
    toast(text, tone = 'success') {
      const box = document.createElement('div');
      box.className = `alert alert-${tone} alert-slim`;
      box.textContent = text;
      byId('toasts')?.append(box);
      setTimeout(() => box.remove(), 6000);
    },
  };

  const side = (open) => byId('side')?.classList.toggle('side-open', open);

  document.addEventListener('click', (event) => {
    const on = (selector) => event.target.closest(selector);
    if (event.target.tagName === 'DIALOG') event.target.close();
    document.querySelectorAll('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (on('[data-theme-toggle]')) window.opsloop.theme();
    if (on('button[data-density]')) turn('density', 'compact', 'normal', 'density');
    if (on('[data-close]')) on('dialog')?.close();
    if (on('[data-filters]')) root.dataset.filtersOn = root.dataset.filtersOn ? '' : '1';
    const opener = on('[data-open]');
    if (opener && window.opsloop.open(opener.dataset.open)) event.preventDefault();
    if (on('[data-side]')) { event.preventDefault(); side(true); }
    else if (!on('#side')) side(false);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    side(false);
    document.querySelectorAll('details.menu[open]').forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); });
  });

  // Whatever is swapped into the drawer opens it; the first field gets the focus, else the title.
  document.addEventListener('htmx:after:swap', () => {
    const body = byId('drawer-body');
    if (!body?.childElementCount || !body.dataset.wanted) return;
    delete body.dataset.wanted;
    if (byId('drawer').open) return;
    byId('drawer').showModal();
    (body.querySelector('.act-form :is(input:not([type=hidden]),select,textarea)') ?? body.querySelector('.drawer-title'))?.focus();
  });
  document.addEventListener('htmx:before:request', (event) => {
    if (event.detail?.ctx?.target?.id === 'drawer-body') byId('drawer-body').dataset.wanted = '1';
  });

  // An act was done in the drawer: the page behind it shows the new state without losing its place.
  document.addEventListener('acted', (event) => {
    delete byId('drawer-body')?.dataset.wanted;  // its form was sent from there; the page's refresh must not open it again
    byId('drawer')?.close();
    if (event.detail?.text) window.opsloop.toast(event.detail.text);
    window.htmx.ajax('GET', location.pathname + location.search, { target: '#main', select: '#main', swap: 'outerMorph' });
  });
  document.addEventListener('htmx:error', (event) => {
    if (!event.detail?.ctx || event.detail.ctx.request?.signal?.aborted) return;
    window.opsloop.toast(document.body.dataset.offline, 'danger');
  });
  addEventListener('DOMContentLoaded', () => {
    byId('toasts')?.querySelectorAll('.alert').forEach((one) => setTimeout(() => one.remove(), 8000));
  });
})();
