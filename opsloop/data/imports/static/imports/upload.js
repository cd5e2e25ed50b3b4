// How far an upload is. Without this script the form is sent as any other.
(() => {
  document.addEventListener('submit', (event) => {
    const form = event.target.closest('[data-upload]');
    if (!form || !window.FormData) return;
    event.preventDefault();
    const bar = form.querySelector('progress');
    const request = new XMLHttpRequest();
    bar.hidden = false;
    request.upload.addEventListener('progress', (step) => { if (step.lengthComputable) bar.value = (100 * step.loaded) / step.total; });
    request.addEventListener('load', () => {
      if (request.responseURL && !request.responseURL.endsWith(location.pathname)) { location.href = request.responseURL; return; }
      const page = new DOMParser().parseFromString(request.responseText, 'text/html');
      const fresh = page.querySelector('[data-upload]');
      if (fresh) form.replaceWith(fresh); else location.reload();
    });
    request.addEventListener('error', () => { bar.hidden = true; window.opsloop.toast(document.body.dataset.offline, 'danger'); });
    request.open('POST', location.href);
    request.send(new FormData(form));
  });
})();
