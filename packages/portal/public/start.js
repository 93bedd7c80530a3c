// Runs before the first paint and before the portal's own code has come.
(() => {
  // A dark page must not flash white. The key is the one that the theme's switch writes.
  let stored = null;
  try {
    stored = localStorage.getItem('gatehouse-color-scheme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  const root = document.documentElement;
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  if (location.pathname === '/sign-in') return;
  root.setAttribute('data-starting', '');
  // Every other page begins with this question: its answer comes while the code does. See src/server/early-answers.ts.
  const headers = { accept: 'application/json', 'x-gatehouse-csrf': '1' };
  const answer = fetch('/api/v1/me', { headers, credentials: 'same-origin' });
  answer.catch(() => undefined);
  window.gatehouseEarlyAnswers = { '/api/v1/me': answer };
})();
