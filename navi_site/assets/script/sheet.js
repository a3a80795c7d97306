/* Printing a result, and handing its address to someone at home. Without it, the browser's own menu does both. */
"use strict";

(() => {
  const begin = () => {
    const row = document.querySelector(".sheet-actions");
    if (!row) return;
    row.querySelector('[data-do="print"]').addEventListener("click", () => window.print());
    const share = row.querySelector('[data-do="share"]');
    if (navigator.share) {
      share.hidden = false;
      share.addEventListener("click", () => {
        navigator.share({ title: document.title, url: window.location.href }).catch(() => {});
      });
    }
    row.hidden = false;
  };
  document.addEventListener("madonavi:page", begin);
  begin();
})();
