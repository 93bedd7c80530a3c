// Before the first paint, so that a dark page does not flash white. The key is the one that the theme's switch writes.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem('gatehouse-color-scheme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
