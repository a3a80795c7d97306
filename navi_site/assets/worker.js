/* Keeps pages for a time without a network. The network comes first, so a fee or an hour is never older than it must be.
   What belongs to one person (application, status, office) is never kept. VERSION changes with every build that changes
   anything, and the old store goes. */
"use strict";

const VERSION = "{version}";
const ALWAYS = {always};
const OURS = /^\/(apply|status|office|api|webhooks)(\/|$)/;
const SECONDS = 4;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((kept) => kept.addAll(ALWAYS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

const inTime = (request) => new Promise((done, fail) => {
  const late = setTimeout(() => fail(new Error("late")), SECONDS * 1000);
  fetch(request).then((answer) => { clearTimeout(late); done(answer); }, (error) => { clearTimeout(late); fail(error); });
});
const answer = async (request) => {
  const kept = await caches.open(VERSION);
  try {
    const fresh = await inTime(request);
    if (fresh.ok && fresh.type === "basic") await kept.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const before = await kept.match(request, { ignoreSearch: true });
    if (before) return before;
    if (request.mode === "navigate") return kept.match("/offline/");
    throw error;
  }
};
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || OURS.test(url.pathname)) return;
  event.respondWith(answer(request));
});
