// Runs before anything is drawn, in whatever browser: classic script, old grammar.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('drydock.theme');
    if (theme === 'light' || theme === 'dark') root.setAttribute('data-theme', theme);
  } catch (error) {
    // Storage is off: the theme of the system.
  }
  var modern =
    'noModule' in document.createElement('script') &&
    window.CSS &&
    CSS.supports &&
    CSS.supports('color', 'light-dark(#000, #fff)') &&
    Array.prototype.toSorted &&
    typeof HTMLDialogElement === 'function';
  if (modern) return;
  // Said at once: the module of the page runs before the document is told to be ready.
  window.drydockTooOld = true;
  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('root').textContent =
      'This page needs a browser of 2024 or later: Chrome or Edge 123, Firefox 120, Safari 17.5. ' +
      'The command line and the API below /api answer the same.';
  });
})();
