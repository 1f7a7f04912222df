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
  if (modern) {
    // What is built into the page is drawn as on the overview. It is set right as it is read, before it is seen.
    var watch = new MutationObserver(function () {
      var main = document.getElementById('content');
      if (main === null || document.querySelector('.place') === null) return;
      watch.disconnect();
      setRight(main);
    });
    watch.observe(root, { childList: true, subtree: true });
    // Errors of a script that does not load do not bubble; a module that is imported late rejects.
    addEventListener('error', function (event) {
      if (event.target === window || event.target.tagName === 'SCRIPT') sayFailure();
    }, true);
    addEventListener('unhandledrejection', sayFailure);
    return;
  }
  // Said at once: the module of the page runs before the document is told to be ready.
  window.drydockTooOld = true;
  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('root').textContent =
      'This page needs a browser of 2024 or later: Chrome or Edge 123, Firefox 120, Safari 17.5. ' +
      'The command line and the API below /api answer the same.';
  });

  // What is built into the page would say for ever that it loads. Where the page was drawn already there is nothing to say.
  function sayFailure() {
    var place = document.querySelector('.unscripted .arriving');
    if (place === null) return;
    place.removeAttribute('aria-busy');
    place.setAttribute('role', 'alert');
    place.textContent =
      'The script of this page could not be loaded or did not begin. The service may have been updated or restarted, ' +
      'or something in between keeps the script away. ';
    var again = document.createElement('a');
    again.href = '';
    again.textContent = 'Load the page again';
    again.addEventListener('click', function (event) {
      event.preventDefault();
      location.reload();
    });
    place.appendChild(again);
  }

  function setRight(main) {
    var title;
    document.querySelectorAll('.place').forEach(function (place) {
      var path = place.getAttribute('href');
      var here = location.pathname === path || (path !== '/' && location.pathname.indexOf(path + '/') === 0);
      if (!here) place.removeAttribute('aria-current');
      else place.setAttribute('aria-current', 'page');
      if (location.pathname === path) title = place.textContent;
    });
    var isMap = location.pathname === '/map';
    if (isMap) main.className = 'whole';
    var heading = main.querySelector('h1');
    if (heading === null) return;
    if (isMap || title === undefined) main.querySelector('.page-head').remove();
    else heading.textContent = title;
  }
})();
