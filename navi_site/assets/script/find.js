/* Finds pages by what people type: kanji, kana, rōmaji, wrong characters, other okurigana, a typing slip. Pure: no page, no
   network. `find(index, typed, aside)` gives the entries, the best first; `aside` are names that say nothing. Tests run this very file. */
"use strict";

const find = (() => {
  /* Characters that are mistaken for one another become one. Only the key is changed, never what is shown. */
  const MISTAKEN = { 表: "票", 標: "票", 照: "証", 騰: "謄", 膳: "謄", 付: "附", 艦: "鑑", 徐: "除", 藉: "籍", 户: "戸", 证: "証", 书: "書" };
  const WORDS = [["改正原", "改製原"], ["妙本", "抄本"], ["印かん", "印鑑"], ["とう本", "謄本"], ["しょう本", "抄本"], ["子供", "子ども"], ["作", "つく"],
    ["引越し", "引越"], ["引っ越し", "引越"], ["引っこし", "引越"], ["ひっこし", "引越"], ["亡くなった人", "死亡"], ["死んだ人", "死亡"],
    ["せたいぜんいん", "世帯全員"], ["まいなんばーかーど", "まいなかーど"], ["マイナカード", "まいなかーど"]];
  /* What says that somebody wants it, not what. Taken off the end, again and again. */
  const TAILS = /(が|を|の|は|に|で|へ)?(ほしい|欲しい|とりたい|取りたい|もらいたい|もらう|とる|取る|いる|必要|ひつよう|必要なもの|出したい|つくりたい|作りたい|とりかた|取り方|とり方|どこ|どこで|ください|下さい|教えて|です|ます|について|したい|できる|方法|やりかた|申請|たい)$/;

  const fold = (text) => {
    let key = text.normalize("NFKC").toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").replaceAll("đ", "d")
      .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
      .replace(/['’・、。，．,.?？!！（）()「」『』【】\[\]\-‐―〜~／/:：]/g, "");
    key = [...key].map((one) => MISTAKEN[one] || one).join("");
    for (const [from, to] of WORDS) key = key.replaceAll(fold0(from), fold0(to));
    return key.replace(/ー/g, "");
  };
  const fold0 = (text) => text.normalize("NFKC").toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
  const whole = (text) => fold(text).replace(/\s+/g, "");
  const bare = (key) => {
    for (let before = ""; before !== key;) {
      before = key;
      const shorter = key.replace(TAILS, "");
      if (shorter.length >= 2) key = shorter;
    }
    return key;
  };
  const KANJI = /[\u3400-\u9fff\uf900-\ufaff]/;
  /* 引っ越し = 引越: between kanji, kana of the inflection are written or left out as people like. */
  const kanjiOnly = (key) => {
    const kept = [...key].filter((one) => !/[\u3041-\u3096]/.test(one));
    return kept.length >= 2 && kept.length * 2 >= [...key].length && kept.every((one) => KANJI.test(one)) ? kept.join("") : "";
  };
  /* Words that nearly every page has; what stands before them decides. */
  const WEAK = /(の)?(証明書|証明|書類|の写し|写し|手続き|手続|について)$/;
  const core = (key) => {
    const shorter = key.replace(WEAK, "");
    return shorter.length >= 2 ? shorter : key;
  };
  /* 国保をやめたい → 国保・やめ, ローンの審査 → ローン・審査: a particle after kanji or katakana parts two words. */
  const parted = (text) => text.replace(/([\u3400-\u9fff\u30a1-\u30ff])[をのがにはでへ](?=.{2})/g, "$1 ");
  const words = (text) => fold(text).split(/\s+/).filter(Boolean).map(bare);

  /* Whether one slip (a letter more, less, other, or two changed places) makes one of the other. */
  const slip = (one, other) => {
    if (Math.abs(one.length - other.length) > 1) return false;
    let start = 0;
    while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
    let end = 0;
    while (end < one.length - start && end < other.length - start
      && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
    const left = one.slice(start, one.length - end);
    const right = other.slice(start, other.length - end);
    return Math.max(left.length, right.length) <= 1
      || (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]);
  };
  const pairs = (key) => new Set([...key].slice(0, -1).map((one, at) => one + key[at + 1]));
  const alike = (one, other) => {
    const [left, right] = [pairs(one), pairs(other)];
    if (!left.size || !right.size) return 0;
    let both = 0;
    for (const pair of left) if (right.has(pair)) both += 1;
    return (2 * both) / (left.size + right.size);
  };

  /* 100 the very word … 20 something like it; 0 no. */
  const closeness = (term, query) => {
    if (term === query) return 100;
    const [termKanji, queryKanji] = [kanjiOnly(term), kanjiOnly(query)];
    if (termKanji && termKanji === queryKanji) return 96;
    if (term.startsWith(query)) return query.length >= 2 ? 84 - Math.min(20, (term.length - query.length) / 2) : 30;
    if (query.startsWith(term) && term.length >= 2) return 70 + Math.min(12, term.length * 2) - Math.min(8, query.length - term.length);
    if (query.length >= 2 && term.includes(query)) return 62 - Math.min(15, (term.length - query.length) / 2);
    if (term.length >= 3 && query.includes(term)) return 52 + Math.min(14, term.length);
    if (term.length >= 2 && KANJI.test(term) && query.includes(term)) return 46;
    if (query.length >= 4 && slip(term, query)) return 60;
    const like = alike(term, query);
    return like >= 0.5 ? 20 + like * 30 : 0;
  };

  const prepared = new WeakMap();
  const termsOf = (entry) => {
    if (!prepared.has(entry)) {
      prepared.set(entry, {
        called: entry.called.map((words) => words.split(/\s+/).map(whole)).map((words) => ({ words, all: words.join("") })),
        uses: entry.uses.map(whole),
      });
    }
    return prepared.get(entry);
  };
  const score = (entry, query, tokens) => {
    const { called, uses } = termsOf(entry);
    let best = 0;
    called.forEach(({ words, all }, place) => {
      let here = closeness(all, query) - Math.min(3, place / 10);
      if (tokens.length > 1 || words.length > 1) {
        const each = tokens.map((token) => Math.max(...words.map((word) => closeness(word, token)), closeness(all, token)));
        const least = Math.min(...each);
        const middle = each.reduce((sum, one) => sum + one, 0) / each.length;
        // A name in Latin letters is a whole phrase; that people type two words of it is the rule.
        const most = /^[a-z]/.test(words[0]) ? 30 : Infinity;
        const missing = Math.min(most, 20 * Math.max(0, words.length - tokens.length));
        if (least >= 40) here = Math.max(here, middle * 0.97 - missing);
        else if (middle >= 45) here = Math.max(here, middle * 0.7);
      }
      best = Math.max(best, here);
    });
    for (const use of uses) {
      if (use === query) best = Math.max(best, 58);
      else if (query.length >= 2 && (use.includes(query) || query.includes(use))) best = Math.max(best, 40);
    }
    return best;
  };

  /* 「指宿市の住民票」: here it is always this city. */
  const without = (typed, aside) => {
    const city = aside.find((name) => typed.startsWith(name) && typed.length >= name.length + 2);
    const rest = city ? typed.slice(city.length).replace(/^((役所)?[のでへ]|\s)+/, "") : typed;
    return rest.startsWith("役所") ? typed : rest;  // the city hall itself is meant
  };

  return (index, said, aside = []) => {
    const typed = without(said.trim(), aside);
    const query = bare(words(typed).join(""));
    if (!query) return null;
    const tokens = words(parted(typed));
    const short = core(query);
    let scores = index.map((entry) => score(entry, query, tokens));
    if (short !== query && Math.max(...scores) < 80) {
      scores = index.map((entry, place) => Math.max(scores[place], 0.9 * score(entry, short, [short])));
    }
    const hits = index.map((entry, place) => ({ entry, place, score: scores[place] }))
      .map((hit) => ({ ...hit, score: hit.score ? hit.score + (hit.entry.weight || 0) : 0 }))
      .filter((hit) => hit.score >= 34)
      .sort((one, other) => other.score - one.score || one.place - other.place);
    const floor = hits.length ? hits[0].score - 45 : 0;
    return hits.filter((hit) => hit.score >= floor).slice(0, 12).map((hit) => hit.entry);
  };
})();

if (typeof module !== "undefined") module.exports = { find };
