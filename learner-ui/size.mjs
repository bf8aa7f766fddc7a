// Weighs the first load of the portal: HTML, scripts and styles that "My training" needs, gzipped, without player and fonts.
// Exits 1 above the budget. Prints one line per file.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const budget = 60_000;
const dist = fileURLToPath(new URL("./dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
if (entry === undefined) { console.error("size: no entry in the manifest; build the portal first"); process.exit(1); }
const wanted = new Set();
const files = new Set(["index.html"]);
function take(key) {
  if (wanted.has(key)) return;
  wanted.add(key);
  const chunk = manifest[key];
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) take(next);
}
take(entry);
// The heaviest language and the first page's own chunk are part of it.
const gz = (file) => gzipSync(readFileSync(dist + file), { level: 9 }).length;
const languages = Object.keys(manifest).filter((key) => /virtual:messages/.test(key));
if (languages.length < 3) { console.error(`size: expected three languages in the manifest, saw ${languages.length}`); process.exit(1); }
take(languages.toSorted((a, b) => gz(manifest[b].file) - gz(manifest[a].file))[0]);
for (const key of Object.keys(manifest)) if (/screens\/my-training/.test(key)) take(key);

let total = 0;
for (const file of files) { const size = gz(file); total += size; console.log(`${String(size).padStart(7)}  ${file}`); }
console.log(`${String(total).padStart(7)}  first load, gzip (budget ${budget})`);
if (total > budget) { console.error(`size: the portal's first load is ${total - budget} bytes over its budget`); process.exit(1); }
