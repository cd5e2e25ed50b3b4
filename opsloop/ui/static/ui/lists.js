// Lists: ticking rows for acts on many. The filters and pages need no script of ours.
(() => {
  const ticks = (form) => [...form.querySelectorAll('input[name="_on"]')];

  const show = (form) => {
    const bar = form.querySelector('[data-bulk]');
    if (!bar) return;
    const n = ticks(form).filter((box) => box.checked).length;
    bar.classList.toggle('on', n > 0);
    bar.querySelector('[data-bulk-count]').textContent = n ? `✓ ${n}` : '';
    const all = form.querySelector('[data-tick-all]');
    if (all) { all.checked = n > 0 && n === ticks(form).length; all.indeterminate = n > 0 && !all.checked; }
  };

  document.addEventListener('change', (event) => {
    const form = event.target.closest('.list-rows');
    if (form) {
      if (event.target.matches('[data-tick-all]')) ticks(form).forEach((box) => { box.checked = event.target.checked; });
      show(form);
    }
    if (event.target.matches('[data-send]')) event.target.form.requestSubmit();
  });

  // An act on the ticked rows opens beside the list, as any act does.
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-bulk-act]');
    if (!button) return;
    event.preventDefault();
    const said = new URLSearchParams(ticks(button.form).filter((box) => box.checked).map((box) => ['_on', box.value]));
    window.opsloop.drawer(`${button.formAction}?${said}`);
  });

  document.addEventListener('htmx:after:swap', () => document.querySelectorAll('.list-rows').forEach(show));
})();
