/* Finds certificates by name, reading, everyday name or use, while one types. Without it, the list on the page serves. */
"use strict";

(() => {
  const form = document.querySelector("form.search");
  const field = form.querySelector("input");
  const said = form.querySelector(".search__said");
  const found = form.querySelector(".search__found");

  /* One spelling for all: full and half width, katakana and hiragana, spaces and dots left out. */
  const fold = (text) => text.normalize("NFKC").toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[\s・、。？?！!（）()「」]/g, "");
  const SMALL_WORDS = /(がほしい|が欲しい|を取りたい|をとりたい|がいる|が必要|の取り方|のとりかた|を|が)$/;

  const rank = (entry, query) => {
    const called = entry.called.map(fold);
    if (called.some((name) => name === query)) return 0;
    if (called.some((name) => name.startsWith(query))) return 1;
    if (called.some((name) => name.includes(query))) return 2;
    if (called.some((name) => name.length > 2 && query.includes(name))) return 3;
    if (entry.uses.map(fold).some((use) => use.includes(query) || query.includes(use))) return 4;
    return -1;
  };
  const look = (entries, typed) => {
    const query = fold(typed).replace(SMALL_WORDS, "");
    if (!query) return null;
    return entries.map((entry, place) => ({ entry, place, rank: rank(entry, query) }))
      .filter((hit) => hit.rank >= 0)
      .sort((one, other) => one.rank - other.rank || one.place - other.place)
      .map((hit) => hit.entry);
  };

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

  fetch("/assets/search.json").then((answer) => answer.json()).then(({ words, entries }) => {
    const show = () => {
      const hits = look(entries, field.value);
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
    form.hidden = false;
  }).catch(() => form.remove());
})();
