// Before the first paint: the theme, and what the server is to know of this browser.
(function () {
  'use strict';
  var root = document.documentElement;
  var chosen = root.dataset.theme;
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  function paint() {
    root.setAttribute('data-bs-theme', chosen || (dark.matches ? 'dark' : 'light'));
  }
  paint();
  dark.addEventListener('change', paint);
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && document.cookie.indexOf('marmita-zone=') < 0) {
    document.cookie = 'marmita-zone=' + encodeURIComponent(zone) + ';path=/;max-age=31536000;samesite=strict';
  }
})();
