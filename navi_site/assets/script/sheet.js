/* Printing a result, and handing its address to someone at home. Without it, the browser's own menu does both. */
"use strict";

(() => {
  const row = document.querySelector(".sheet-actions");
  const print = row.querySelector('[data-do="print"]');
  const share = row.querySelector('[data-do="share"]');
  print.addEventListener("click", () => window.print());
  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => {
      navigator.share({ title: document.title, url: window.location.href }).catch(() => {});
    });
  }
  row.hidden = false;
})();
