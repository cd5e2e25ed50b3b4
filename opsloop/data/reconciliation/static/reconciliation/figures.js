// A column copied from a sheet goes into the cells below the one it is pasted into.
(() => {
  document.addEventListener('paste', (event) => {
    const cell = event.target.closest?.('[data-figures] input.figure');
    if (!cell) return;
    const lines = (event.clipboardData?.getData('text') ?? '').replace(/\r/g, '').replace(/\n+$/, '').split('\n');
    if (lines.length < 2) return;
    event.preventDefault();
    const cells = [...cell.closest('[data-figures]').querySelectorAll('input.figure')];
    const from = cells.indexOf(cell);
    lines.forEach((line, n) => { if (cells[from + n]) cells[from + n].value = line.split('\t').pop().trim(); });
    cells[Math.min(from + lines.length, cells.length) - 1].focus();
  });
  document.addEventListener('keydown', (event) => {
    const cell = event.target.closest?.('[data-figures] input.figure');
    if (!cell || !['ArrowDown', 'ArrowUp', 'Enter'].includes(event.key)) return;
    const cells = [...cell.closest('[data-figures]').querySelectorAll('input.figure')];
    const next = cells[cells.indexOf(cell) + (event.key === 'ArrowUp' ? -1 : 1)];
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || !next)) return;
    event.preventDefault();
    next?.focus();
  });
})();
