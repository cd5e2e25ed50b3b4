// A figure's slot goes in at the caret of the text that was last written in; the list is narrowed by words.
(() => {
  const form = document.getElementById('write');
  if (!form) return;
  let last = form.querySelector('[data-slots]');
  form.addEventListener('focusin', (event) => { if (event.target.matches('[data-slots]')) last = event.target; });
  document.querySelectorAll('[data-slot]').forEach((button) => button.addEventListener('click', () => {
    last.setRangeText(`{${button.dataset.slot}}`, last.selectionStart, last.selectionEnd, 'end');
    last.dispatchEvent(new Event('input', { bubbles: true }));
    last.focus();
  }));
  const filter = document.getElementById('slot-filter');
  filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    document.querySelectorAll('.slot-list li').forEach((item) => {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    });
  });
})();
