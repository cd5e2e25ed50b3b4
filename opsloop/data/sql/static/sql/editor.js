// The SQL box: line numbers, Tab, Ctrl+Enter, names put in from the side; it works as a plain form without this.
(() => {
  const box = document.getElementById('sql-text');
  if (!box || box.dataset.ready) return;
  box.dataset.ready = '1';
  const lines = box.parentElement.querySelector('.sql-lines');
  const wrong = Number(box.dataset.line || 0);
  const form = box.form;

  function number() {
    const n = box.value.split('\n').length;
    lines.replaceChildren(...Array.from({ length: n }, (_none, i) => {
      const line = document.createElement('div');
      line.textContent = i + 1;
      if (i + 1 === wrong) line.className = 'at';
      return line;
    }));
    lines.scrollTop = box.scrollTop;
  }

  function put(text) {
    box.focus();
    const before = box.value.slice(0, box.selectionStart);
    const space = before && !/[\s.(,]$/.test(before) ? ' ' : '';
    box.setRangeText(space + text, box.selectionStart, box.selectionEnd, 'end');
    number();
  }

  box.addEventListener('input', number);
  box.addEventListener('scroll', () => { lines.scrollTop = box.scrollTop; });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === 'Tab' && !event.shiftKey && box.selectionStart !== box.selectionEnd) {
      event.preventDefault();  // only with a selection, so that the keyboard can leave the box
      const from = box.value.lastIndexOf('\n', box.selectionStart - 1) + 1;
      box.setRangeText(box.value.slice(from, box.selectionEnd).replace(/^/gm, '  '), from, box.selectionEnd, 'select');
      number();
    }
  });
  form.addEventListener('submit', () => {
    const button = form.querySelector('button[type=submit]');
    button.disabled = true;
    button.textContent = form.dataset.working;
  });
  document.querySelectorAll('[data-insert]').forEach((one) => one.addEventListener('click', () => put(one.dataset.insert)));
  number();
  if (wrong) {
    const start = box.value.split('\n').slice(0, wrong - 1).reduce((sum, line) => sum + line.length + 1, 0);
    const at = start + Math.max(0, Number(box.dataset.column || 1) - 1);
    box.focus();
    box.setSelectionRange(at, at);
  }
})();
