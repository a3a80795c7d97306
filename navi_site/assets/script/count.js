/* Tells the city that a result was looked at: which certificate, which result, and whether the visit began in a search, LINE,
   the city's site or on paper. Nothing of the person, nothing of the answers. Who asks not to be followed is not counted. */
"use strict";

(() => {
  const KEY = "madonavi-came";
  const CITY = /\.(lg|city\.[a-z-]+)\.jp$|\.lg\.jp$/;
  const SEARCH = /(^|\.)(google|bing|yahoo|duckduckgo)\./;
  const classOf = (referrer) => {
    if (!referrer) return "none";
    const { hostname, origin, pathname } = new URL(referrer);
    if (origin === window.location.origin) return pathname.startsWith("/c/") ? "paper" : "none";
    if (SEARCH.test(hostname)) return "search";
    if (/(^|\.)line\.me$/.test(hostname)) return "line";
    return CITY.test(hostname) ? "city" : "other";
  };
  const came = () => {
    try {
      const kept = window.sessionStorage.getItem(KEY) || classOf(document.referrer);
      window.sessionStorage.setItem(KEY, kept);
      return kept;
    } catch { return classOf(document.referrer); }
  };
  const tell = (step) => {
    const result = document.querySelector("main [data-outcome]");
    if (!result || navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
    const { certificate, outcome } = result.dataset;
    const said = JSON.stringify({ certificate, outcome, came: came(), step });
    navigator.sendBeacon("/api/v1/count", new Blob([said], { type: "application/json" }));
  };
  const count = () => {
    came();
    tell("shown");
    document.querySelector(".result__action a")?.addEventListener("click", () => tell("followed"));
  };
  document.addEventListener("madonavi:page", count);
  count();
})();
