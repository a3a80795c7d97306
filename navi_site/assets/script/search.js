/* The search field of the home page: shows what find.js finds, while one types. Without it, the lists on the page serve. */
"use strict";

(() => {
  const form = document.querySelector("form.search");
  const field = form.querySelector("input");
  const said = form.querySelector(".search__said");
  const found = form.querySelector(".search__found");

  const row = (entry) => {
    const link = document.createElement("a");
    link.href = entry.url;
    link.textContent = entry.name;
    const small = document.createElement("small");
    small.textContent = entry.summary;
    link.append(small);
    const item = document.createElement("li");
    item.append(link);
    return item;
  };

  fetch(form.dataset.index).then((answer) => answer.json()).then(({ words, aside, entries }) => {
    const show = () => {
      const hits = find(entries, field.value, aside);
      found.replaceChildren(...(hits || []).map(row));
      if (!hits) said.textContent = "";
      else if (hits.length) said.textContent = words.some.replace("{count}", hits.length);
      else said.textContent = words.none.replace("{words}", field.value.trim());
      return hits;
    };
    field.addEventListener("input", (event) => { if (!event.isComposing) show(); });
    field.addEventListener("compositionend", show);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const hits = show();
      if (hits && hits.length === 1) window.location.assign(hits[0].url);
      else if (hits && hits.length) found.querySelector("a").focus();
    });
    /* Whoever was quicker than the index: what stands in the field already, or was sent with the form, is looked for now. */
    field.value = field.value || new URLSearchParams(window.location.search).get("q") || "";
    if (field.value) show();
  }).catch(() => form.remove());
})();
