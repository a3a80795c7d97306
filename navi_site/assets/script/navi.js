/* The navigator in place: the next question comes without loading a whole page. Every step stays a real address, so back,
   reload, a sent link and a browser without this script all do the same. */
"use strict";

(() => {
  const STEP = /^\/(?:[a-z]{2,4}\/)?navi\//;
  const scripts = new Set([...document.scripts].map((script) => script.getAttribute("src")));
  const pages = new Map();

  const bring = (address) => {
    if (!pages.has(address)) {
      pages.set(address, fetch(address).then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      }));
      pages.get(address).catch(() => pages.delete(address));
    }
    return pages.get(address);
  };
  const HEAD = 'link[rel="canonical"], link[rel="alternate"], meta[name="description"]';
  const put = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    document.title = page.title;
    document.querySelectorAll(HEAD).forEach((old) => old.remove());
    document.head.append(...page.querySelectorAll(HEAD));
    document.querySelector(".tongues ul")?.replaceWith(page.querySelector(".tongues ul"));
    document.querySelector("main").replaceWith(page.querySelector("main"));
    for (const { src, dataset } of page.scripts) {
      const path = src && new URL(src).pathname;
      if (!path || scripts.has(path)) continue;
      scripts.add(path);
      const script = document.createElement("script");
      script.src = path;
      Object.assign(script.dataset, dataset);
      document.head.append(script);
    }
    window.scrollTo(0, 0);
    const heading = document.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    document.dispatchEvent(new Event("madonavi:page"));
  };
  const ours = (target) => {
    const link = target.closest("a.answer, .answered a, .breadcrumb a");
    return link && link.origin === window.location.origin && STEP.test(link.pathname) && !link.hash ? link : null;
  };

  document.addEventListener("click", async (event) => {
    const link = ours(event.target);
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    try {
      const text = await bring(link.pathname);
      window.history.pushState(null, "", link.pathname);
      put(text);
    } catch { window.location.assign(link.href); }
  });
  document.addEventListener("pointerover", (event) => {
    const link = event.target instanceof Element && ours(event.target);
    if (link) bring(link.pathname).catch(() => {});
  });
  window.addEventListener("popstate", () => {
    bring(window.location.pathname).then(put, () => window.location.reload());
  });
})();
