// Steps are folded: the one linked to opens, all of them for printing, and a button opens or closes all. Without this
// script browsers open what is linked to by themselves, and each step opens by its heading.
(() => {
  const steps = () => [...document.querySelectorAll('.sop-steps details')];
  const linked = (hash) => hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)))?.closest('details');
  let closed = [];

  function reveal(hash) {
    const box = linked(hash);
    if (!box) return;
    box.open = true;
    box.scrollIntoView();
  }

  function labelled() {
    const button = document.querySelector('[data-open-steps]');
    if (!button) return;
    button.dataset.open ??= button.textContent;
    button.textContent = steps().every((one) => one.open) ? button.dataset.close : button.dataset.open;
    button.hidden = false;
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#step-"]');
    if (link) reveal(link.getAttribute('href'));
    if (!event.target.closest?.('[data-open-steps]')) return;
    const open = !steps().every((one) => one.open);
    steps().forEach((one) => { one.open = open; });
    labelled();
  });
  document.addEventListener('toggle', labelled, true);
  addEventListener('hashchange', () => reveal(location.hash));
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('main details:not([open])')].filter((one) => one.matches('.folds, .sop-steps details'));
    closed.forEach((one) => { one.open = true; });
  });
  addEventListener('afterprint', () => closed.forEach((one) => { one.open = false; }));
  labelled();
  reveal(location.hash);
})();
