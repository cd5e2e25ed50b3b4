// Before the first paint: the light or dark and the density that were chosen in this browser.
(() => {
  const root = document.documentElement;
  const keep = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.bsTheme = keep('theme') || (dark ? 'dark' : 'light');
  root.dataset.density = keep('density') || 'normal';
  root.classList.add('js');
})();
