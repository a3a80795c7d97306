/* Lets a second visit work without a network: registers the worker, which keeps the pages that were seen. */
"use strict";

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
