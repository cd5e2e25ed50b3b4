// The step list: drag a step to another place; ask before something is removed. Everything else is a plain form.
(() => {
  let dragged = null;

  const row = (event) => event.target.closest?.('.step-list .line, .step-list .gap');
  const clear = () => document.querySelectorAll('.step-list .over').forEach((one) => one.classList.remove('over'));

  function send(form, value) {
    const said = document.createElement('input');  // gone when the answer is drawn
    said.type = 'hidden';
    said.name = 'verb';
    said.value = value;
    form.append(said);
    form.requestSubmit();
  }

  document.addEventListener('dragstart', (event) => {
    const line = event.target.closest?.('.step-list .line');
    if (!line) return;
    dragged = line;
    line.classList.add('dragged');
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', line.dataset.key);
  });
  document.addEventListener('dragover', (event) => {
    const over = dragged && row(event);
    if (!over || over === dragged) return;
    event.preventDefault();
    clear();
    over.classList.add('over');
  });
  document.addEventListener('drop', (event) => {
    const over = dragged && row(event);
    if (!over || over === dragged) return;
    event.preventDefault();
    const list = over.closest('.step-list');
    if (list !== dragged.closest('.step-list')) return;
    const where = list.dataset.verb ? [list.dataset.verb] : ['move'];
    const to = list.dataset.verb ? [] : [over.dataset.to];
    send(over.closest('form'), [...where, dragged.dataset.key, ...to, over.dataset.before].join('|'));
  });
  document.addEventListener('dragend', () => {
    dragged?.classList.remove('dragged');
    dragged = null;
    clear();
  });

  // Another panel is shown from its head: on a narrow screen, where it stands in place of the list, by the page, else
  // in its own half. The name of a step that was just added is there to be written over.
  let shown = document.querySelector('.sop-editor .panel')?.id;
  function show(panel, narrow) {
    if (narrow) panel.scrollIntoView();
    else panel.closest('.right').scrollTop = 0;
    if ('fresh' in panel.dataset) panel.querySelector('input[name=title]')?.select();
  }
  document.addEventListener('htmx:after:swap', () => {
    const panel = document.querySelector('.sop-editor .panel');
    const other = panel && panel.id !== shown;
    const narrow = window.matchMedia('(max-width: 991px)').matches;
    if (other) requestAnimationFrame(() => requestAnimationFrame(() => show(panel, narrow)));
    shown = panel?.id;
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('.sop-editor [data-confirm]');
    // eslint-disable-next-line no-alert
    if (button && !window.confirm(button.dataset.confirm)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
})();
