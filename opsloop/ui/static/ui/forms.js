// Forms: choosing by typing, nested rows, one click is one act.
(() => {
  const chip = (name, value, text) => {
    const label = document.createElement('label');
    label.className = 'pick-chip';
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', name, value, checked: true });
    const words = document.createElement('span');
    words.textContent = text;
    label.append(box, words);
    return label;
  };

  const choose = (hit) => {
    const pick = hit.closest('[data-pick]');
    const chosen = pick.querySelector('[data-pick-chosen]');
    const search = pick.querySelector('input[type=search]');
    if (!pick.dataset.many) chosen.replaceChildren();
    if (![...chosen.querySelectorAll('input')].some((box) => box.value === hit.dataset.value)) {
      chosen.append(chip(pick.dataset.name, hit.dataset.value, hit.textContent));
    }
    search.value = '';
    close(pick);
    search.focus();
    pick.dispatchEvent(new Event('picked', { bubbles: true }));
  };

  // What was asked for before it was closed may come late and must not open it again; typing does.
  const close = (pick) => {
    pick.dataset.closed = '';
    pick.querySelector('.pick-found').replaceChildren();
    pick.querySelector('input[type=search]').setAttribute('aria-expanded', 'false');
  };

  document.addEventListener('click', (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on('.pick-hit')) choose(on('.pick-hit'));
    document.querySelectorAll('[data-pick]').forEach((pick) => {
      if (pick.querySelector('.pick-hit') && !pick.contains(event.target)) close(pick);
    });
    if (on('[data-row-add]')) addRow(on('[data-rows]'));
    if (on('[data-row-drop]')) on('[data-row-box]').remove();
    if (on('[data-why]')) window.opsloop.toast(on('[data-why]').dataset.why, 'warning');
  });

  // A chip that is unticked goes away; what it meant is then nothing.
  document.addEventListener('change', (event) => {
    if (!event.target.matches('.pick-chip input') || event.target.checked) return;
    const pick = event.target.closest('[data-pick]');
    event.target.closest('.pick-chip').remove();
    pick.dispatchEvent(new Event('picked', { bubbles: true }));
  });

  const addRow = (rows) => {
    const total = rows.querySelector('input[name$="-TOTAL_FORMS"]');
    const html = rows.querySelector('template').innerHTML.replaceAll('__prefix__', total.value);
    const list = rows.querySelector('[data-rows-list]');
    list.insertAdjacentHTML('beforeend', html);
    window.htmx.process(list.lastElementChild);
    list.lastElementChild.querySelector('input,select,textarea')?.focus();
    total.value = Number(total.value) + 1;
  };

  document.addEventListener('keydown', (event) => {
    const pick = event.target.closest?.('[data-pick]');
    if (!pick) return;
    const hits = [...pick.querySelectorAll('.pick-hit')];
    const at = hits.indexOf(document.activeElement);
    if (event.key === 'Enter' && event.target.matches('input[type=search]')) {
      event.preventDefault();
      if (hits.length && event.target.value) choose(hits[0]);
    } else if (event.key === 'ArrowDown' && hits.length) {
      event.preventDefault();
      hits[Math.min(at + 1, hits.length - 1)].focus();
    } else if (event.key === 'ArrowUp' && at >= 0) {
      event.preventDefault();
      (hits[at - 1] ?? pick.querySelector('input[type=search]')).focus();
    } else if (event.key === 'Escape' && hits.length) {
      event.preventDefault();
      event.stopPropagation();
      close(pick);
    }
  }, true);

  document.addEventListener('input', (event) => {
    if (event.target.matches('[data-pick] input[type=search]')) delete event.target.closest('[data-pick]').dataset.closed;
  });

  document.addEventListener('htmx:after:swap', (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (!source?.matches?.('[data-pick] input')) return;
    const pick = source.closest('[data-pick]');
    if ('closed' in pick.dataset) close(pick);
    else source.setAttribute('aria-expanded', 'true');
  });

  // A page that leaves takes a moment: the button answers once. The key in the form covers the rest.
  document.addEventListener('submit', (event) => {
    const button = event.target.querySelector('[data-once]');
    if (!button || event.target.hasAttribute('hx-post')) return;
    setTimeout(() => { button.disabled = true; });
    setTimeout(() => { button.disabled = false; }, 8000);
  });
})();
