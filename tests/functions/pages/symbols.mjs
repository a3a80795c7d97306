// Runs the very file of the console: node symbols.mjs SYMBOLS.JS < {"typed": …, "reads": […]} → what the field says, each time.
import fs from "node:fs";
import { createRequire } from "node:module";

const symbols = createRequire(import.meta.url)(process.argv[2]);
let { typed, reads } = JSON.parse(fs.readFileSync(0, "utf8"));
const told = [{ is: "", ...symbols.look(typed) }];
for (const text of reads) {
  const after = symbols.add(typed, text);
  typed = after.typed;
  told.push({ is: after.is, ...symbols.look(typed) });
}
console.log(JSON.stringify({ typed, told }));
