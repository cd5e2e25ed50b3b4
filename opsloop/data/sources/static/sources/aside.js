// 异常数据: how many rows were changed, ticks for the whole page, a sheet that goes as soon as it is chosen.
(() => {
  const rows = () => document.querySelectorAll('[data-aside] tbody tr');
  const changed = (row) => [...row.querySelectorAll('input[data-was]')].filter((cell) => {
    const differs = cell.value !== cell.dataset.was0;
    cell.classList.toggle('cell-changed', differs);
    return differs;
  }).length > 0;
  const remember = () => document.querySelectorAll('[data-aside] input[data-was]').forEach((cell) => {
    const kept = first.get(cell.name);
    if (kept === undefined) first.set(cell.name, cell.dataset.was);
    cell.dataset.was0 = first.get(cell.name);
  });
  const first = new Map();
  const count = () => {
    remember();
    const n = [...rows()].filter(changed).length;
    const place = document.querySelector('[data-changed]');
    if (place) place.textContent = n ? `(${n})` : '';
    // only rows that were changed are sent
    rows().forEach((row) => row.querySelectorAll('input[data-was]').forEach((cell) => { cell.dataset.skip = changed(row) ? '' : '1'; }));
  };
  document.addEventListener('input', (event) => { if (event.target.matches('[data-aside] input[data-was]')) count(); });
  document.addEventListener('htmx:after:swap', count);
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-tick-all]')) document.querySelectorAll('[data-aside] [data-tick]').forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches('[data-sends] input[type=file]') && event.target.files.length) event.target.form.requestSubmit();
  });
  document.addEventListener('submit', (event) => {
    if (event.target.id !== 'aside-form') return;
    const cells = document.querySelectorAll('[data-aside] input[data-skip="1"]');
    cells.forEach((cell) => { cell.disabled = true; });
    setTimeout(() => cells.forEach((cell) => { cell.disabled = false; }));
  });
  addEventListener('DOMContentLoaded', count);
})();
