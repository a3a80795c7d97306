// Runs the very file of the site over a list of queries: node find.mjs FIND.JS SEARCH.JSON < queries (one a line) → JSON lines.
import fs from "node:fs";
import { createRequire } from "node:module";

const [script, index] = process.argv.slice(2);
const { find } = createRequire(import.meta.url)(script);
const { entries, aside } = JSON.parse(fs.readFileSync(index, "utf8"));
for (const typed of JSON.parse(fs.readFileSync(0, "utf8"))) {
  console.log(JSON.stringify((find(entries, typed, aside) || []).map((hit) => hit.url)));
}
