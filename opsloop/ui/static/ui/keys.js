// Single keys, away from fields: the sheet behind ? names them all.
(() => {
  let before = '';
  const typing = (node) => node.closest('input, textarea, select, [contenteditable]');
  const rows = () => [...document.querySelectorAll('[data-row]')];

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.querySelector('[data-row].at'));
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    all.forEach((row) => row.classList.toggle('at', row === next));
    next.querySelector('a, button')?.focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  const here = (selector) => document.querySelector(`[data-row].at ${selector}`);

  const KEYS = {
    '/': () => document.querySelector('[data-filter-first]')?.focus(),
    '?': () => window.opsloop.open('keys'),
    j: () => step(1),
    k: () => step(-1),
    o: () => here('a[hx-get]')?.click(),
    x: () => here('input[type=checkbox]')?.click(),
    t: () => window.opsloop.theme(),
    gh: () => { location.href = '/'; },
  };

  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      window.opsloop.open('palette');
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    const run = KEYS[before + event.key] ?? KEYS[event.key];
    before = event.key === 'g' ? 'g' : '';
    if (run) { event.preventDefault(); run(); }
  });

  // Arrow keys walk through what the palette found.
  document.addEventListener('keydown', (event) => {
    const palette = event.target.closest?.('#palette');
    if (!palette) return;
    const hits = [...document.querySelectorAll('#hits a')];
    if (!hits.length || !['ArrowDown', 'ArrowUp', 'Enter'].includes(event.key)) return;
    const at = hits.indexOf(document.activeElement);
    if (event.key === 'Enter') { if (at < 0) { event.preventDefault(); hits[0].click(); } return; }
    event.preventDefault();
    const next = at + (event.key === 'ArrowDown' ? 1 : -1);
    (next < 0 ? palette.querySelector('input') : hits[Math.min(next, hits.length - 1)]).focus();
  });
})();
