/* Knows the texts of QR symbols that a resident brings: which parts of a form from the phone are there, which are missing, which
   do not belong (docs/prepared-code.md). Pure: no page, no network. The server reads them again and decides. Tests run this very file. */
"use strict";

const symbols = (() => {
  const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const SYMBOL = /^MP1([A-Z2-7]{8})([1-4])([1-4])([A-Z2-7]{7})([A-Z2-7]+)$/;
  /* A code of eight letters, a kiosk's paper's, a reference number. */
  const CODE = /^[0-9A-Z]{4}(-?[0-9A-Z]{4}){1,2}$/;

  const crc32 = (text) => {
    let crc = ~0;
    for (let at = 0; at < text.length; at += 1) {
      crc ^= text.charCodeAt(at);
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
  };
  const base32 = (number) => {
    const bits = number.toString(2).padStart(32, "0").padEnd(35, "0");
    return bits.match(/.{5}/g).map((five) => BASE32[parseInt(five, 2)]).join("");
  };
  /* A reader that types may have gone through an input method: full-width or small letters. */
  const lines = (typed) => typed.normalize("NFKC").toUpperCase().split(/[\r\n\t]+/).map((line) => line.replaceAll(" ", "")).filter(Boolean);
  const isSymbol = (line) => /^MP\d/.test(line);

  /* What one text is: { is: "part", message, number, count }, or "code", "version", "damaged", "foreign". */
  const kind = (line) => {
    const found = SYMBOL.exec(line);
    if (found && base32(crc32(found[5])) === found[4] && found[2] <= found[3]) {
      return { is: "part", message: found[1] + found[3], number: Number(found[2]), count: Number(found[3]) };
    }
    if (line.startsWith("MP1")) return { is: "damaged" };
    return { is: isSymbol(line) ? "version" : CODE.test(line) ? "code" : "foreign" };
  };

  /* What stands in the field: { have, missing, count, wrong }. wrong: the first thing that the server will not take, or "".
     count is 0 while no part of a form stands there. The first part says which form it is. */
  const look = (typed) => {
    const there = lines(typed).map(kind);
    const parts = there.filter((one) => one.is === "part");
    const [first] = parts;
    const holds = there.some((one) => one.is !== "code" && one.is !== "foreign");
    const odd = holds && there.find((one) => one.is !== "part");
    const other = parts.some((one) => one.message !== first.message);
    const have = first ? [...new Set(parts.filter((one) => one.message === first.message).map((one) => one.number))].sort() : [];
    const all = first ? Array.from({ length: first.count }, (_, place) => place + 1) : [];
    return { have, missing: all.filter((number) => !have.includes(number)), count: all.length, wrong: other ? "other" : odd ? odd.is : "" };
  };

  /* The camera has read `text` while `typed` stands in the field: { typed, is } with the field's new text.
     is: "taken", "again", or why nothing was put there: "other", "beside", "damaged", "version", "foreign". */
  const add = (typed, text) => {
    const [line, ...more] = lines(text);
    const one = more.length || !line ? { is: "foreign" } : kind(line);
    if (one.is !== "part" && one.is !== "code") return { typed, is: one.is };
    const there = lines(typed);
    if (there.includes(line)) return { typed, is: "again" };
    const fits = there.every((before) => one.is === "part" && kind(before).message === one.message);
    if (!fits) return { typed, is: one.is === "part" && there.every(isSymbol) ? "other" : "beside" };
    return { typed: [...there, line].join("\n"), is: "taken" };
  };

  return { look, add };
})();

if (typeof module !== "undefined") module.exports = symbols;
