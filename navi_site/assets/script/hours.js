/* Says whether an office or a way is open at this moment in Japan. Without it, the rule in words stands alone. */
"use strict";

(() => {
  const address = document.currentScript.dataset.book;
  let lines = [];
  const DAY = 24 * 60;

  /* A moment in Japan: its ISO day, weekday with Monday 0, minute of the day. Japan has no summer time. */
  const inJapan = (instant) => {
    const moved = new Date(instant + 9 * 3600e3);
    return {
      day: moved.toISOString().slice(0, 10), weekday: (moved.getUTCDay() + 6) % 7,
      minute: moved.getUTCHours() * 60 + moved.getUTCMinutes(), moved,
    };
  };
  const clock = (words, minute) => minute % 60
    ? `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`
    : fill(words.hour, { hour: minute / 60 });
  const fill = (text, words) => text.replace(/\{(\w+)\}/g, (_, key) => words[key]);
  const stretches = (rule, here) => (here.day in rule.closed ? [] : rule.week[here.weekday]);

  const closesAt = (rule, here) => {
    const now = stretches(rule, here).find(([opens, closes]) => opens <= here.minute && here.minute < closes);
    return now ? now[1] : null;
  };
  const opensNext = (rule, instant, last) => {
    for (let ahead = 0; ahead <= 60; ahead += 1) {
      const there = inJapan(instant + ahead * DAY * 60e3);
      if (there.day > last) return null;
      const next = stretches(rule, there).find(([opens]) => ahead > 0 || opens > there.minute);
      if (next) return { ahead, minute: next[0], moved: there.moved };
    }
    return null;
  };

  const soonest = (one, other) => (one.ahead * DAY + one.minute) - (other.ahead * DAY + other.minute);
  const nextInWords = (words, next) => {
    if (!next) return words.unknown;
    const time = clock(words, next.minute);
    if (next.ahead === 0) return fill(words.today, { time });
    if (next.ahead === 1) return fill(words.tomorrow, { time });
    const { moved } = next;
    const date = fill(words.date, {
      month: words.months.split(" ")[moved.getUTCMonth()], day: moved.getUTCDate(),
      weekday: words.weekdays.split(" ")[(moved.getUTCDay() + 6) % 7],
    });
    return fill(words.next, { date, time });
  };

  /* Of several places, one that is open is enough; the latest closing and the soonest opening count. */
  const say = (book, keys, instant) => {
    const here = inJapan(instant);
    if (here.day < book.first || here.day > book.last) return null;
    const rules = keys.map((key) => book.rules[key]);
    const kind = keys[0].split(":")[0];
    const closings = rules.map((rule) => closesAt(rule, here)).filter((minute) => minute !== null);
    if (closings.length) {
      return { state: "open", text: fill(book.words[`${kind}.open`], { time: clock(book.words, Math.max(...closings)) }) };
    }
    const next = rules.map((rule) => opensNext(rule, instant, book.last)).filter(Boolean).sort(soonest)[0];
    const why = rules[0].closed[here.day];
    const shut = book.words[`${kind}.closed`];
    const closed = why ? fill(book.words.reason, { closed: shut, reason: why }) : shut;
    return { state: "closed", text: `${closed}\n${nextInWords(book.words, next)}` };
  };

  const show = (book) => {
    for (const line of lines) {
      const said = say(book, line.dataset.open.split(" "), Date.now());
      line.textContent = said ? said.text : "";
      line.dataset.state = said ? said.state : "";
    }
  };

  /* The book is fetched once, when a page first needs it; navi.js tells when it has put another page in place. */
  let book = null;
  const begin = async () => {
    lines = [...document.querySelectorAll("[data-open]")];
    if (!lines.length) return;
    try {
      book = book || await (await fetch(address)).json();
      show(book);
    } catch { lines.forEach((line) => line.remove()); }
  };
  document.addEventListener("madonavi:page", begin);
  setInterval(() => { if (book) show(book); }, 60e3);
  begin();
})();
