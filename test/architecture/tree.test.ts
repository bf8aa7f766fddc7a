/** The rules of the tree, read from the files themselves. Exceptions stand here with a date and may only shrink. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { rank } from "../../tools/map.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders = ["server", "plugins", "migrations", "admin-ui", "learner-ui", "ui-shared", "test", "tools", "demo"];

function* walk(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === "dist") continue;
    const full = join(dir, entry.name);
    if (entry.isDirectory()) yield* walk(full); else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts")) yield full;
  }
}
const files = folders.flatMap((f) => { try { return [...walk(join(root, f))]; } catch { return []; } });
const source = new Map(files.map((f) => [relative(root, f), readFileSync(f, "utf8")]));

interface Import { readonly from: string; readonly to: string; readonly isType: boolean }
const imports: Import[] = [...source].flatMap(([from, text]) =>
  [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;'"]*?from\s+["'](\.[^"']+)["']/gms)].map((m) => ({
    from, to: relative(root, resolve(root, dirname(from), m[2] ?? "")), isType: m[1] !== undefined,
  })));
const isTest = (path: string): boolean => path.endsWith(".test.ts") || path.endsWith(".test.tsx") || path.startsWith("test/");
const moduleOf = (path: string): string | undefined => /^server\/modules\/([^/]+)\//.exec(path)?.[1];

test("the checks see the tree", () => {
  expect(files.length).toBeGreaterThan(150);
  expect(imports.length).toBeGreaterThan(400);
});

test("no file is longer than 300 lines", () => {
  expect([...source].filter(([, text]) => text.split("\n").length > 301).map(([path]) => path)).toEqual([]);
});

test("imports make no cycles", () => {
  const edges = new Map<string, string[]>();
  for (const i of imports) if (!i.isType && source.has(i.to)) edges.set(i.from, [...(edges.get(i.from) ?? []), i.to]);
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (node: string, path: readonly string[]): void => {
    if (state.get(node) === "done") return;
    if (state.get(node) === "open") { cycles.push([...path.slice(path.indexOf(node)), node].join(" → ")); return; }
    state.set(node, "open");
    for (const next of edges.get(node) ?? []) visit(next, [...path, node]);
    state.set(node, "done");
  };
  for (const node of edges.keys()) visit(node, []);
  expect(cycles).toEqual([]);
});

describe("import table", () => {
  const rule = (title: string, isWrong: (i: Import) => boolean): void => {
    test(title, () => { expect(imports.filter((i) => !isTest(i.from) && isWrong(i)).map((i) => `${i.from} → ${i.to}`)).toEqual([]); });
  };
  rule("the kernel knows no module", (i) => i.from.startsWith("server/kernel/") && i.to.startsWith("server/modules/"));
  rule("a module is entered by its index.ts or contract.ts", (i) => {
    const [a, b] = [moduleOf(i.from), moduleOf(i.to)];
    if (b === undefined || a === b || i.from.startsWith("demo/")) return false;
    return !/\/(index|contract|content)\.ts$/.test(i.to) && !i.from.startsWith("server/app.ts") && !i.isType;
  });
  rule("a module calls lower modules only", (i) => {
    const [a, b] = [moduleOf(i.from), moduleOf(i.to)];
    return a !== undefined && b !== undefined && a !== b && !i.to.endsWith("/contract.ts") && !i.to.endsWith("/content.ts") && (rank[b] ?? 99) >= (rank[a] ?? 0);
  });
  rule("interfaces see the server through api.ts, contracts as types, and content shapes", (i) =>
    /^(admin-ui|learner-ui|ui-shared)\//.test(i.from) && i.to.startsWith("server/") && i.to !== "server/api.ts" && !i.isType);
  rule("plugins see the server through plugin.ts", (i) => i.from.startsWith("plugins/") && i.to.startsWith("server/") && i.to !== "server/plugin.ts");
  rule("migrations import columns.ts only", (i) => i.from.startsWith("migrations/") && i.to !== "server/kernel/db/columns.ts");
  rule("the server knows neither interface", (i) => i.from.startsWith("server/") && /^(admin-ui|learner-ui)\//.test(i.to));
});

describe("words and habits", () => {
  const product = [...source].filter(([path]) => !isTest(path));
  const offenders = (pattern: RegExp, where: (path: string) => boolean): string[] =>
    product.filter(([path, text]) => where(path) && pattern.test(text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, ""))).map(([path]) => path);

  test("time comes from the clock", () => {
    expect(offenders(/Date\.now\(|new Date\(\)/, (p) => p.startsWith("server/") && p !== "server/kernel/clock.ts" && p !== "server/kernel/db/migrate.ts")).toEqual([]);
  });
  test("only the kernel's database room knows the dialect", () => {
    expect(offenders(/dialect\s*(===|!==)/, (p) => p.startsWith("server/modules/") || (p.startsWith("server/kernel/") && !p.startsWith("server/kernel/db/")))).toEqual([]);
  });
  test("no any, no skipped or focused tests, no leftovers", () => {
    expect([...source].map(([p, t]) => [p, t.replace(/^\s*(\/\/|\*|\/\*).*$/gm, "").replace(/\/\* .* \*\//g, "")] as const).filter(([p, t]) => p !== "test/architecture/tree.test.ts" && /:\s*any\b|\bas any\b|<any>/.test(t)).map(([p]) => p)).toEqual([]);
    expect([...source].filter(([p, t]) => isTest(p) && /\b(it|test|describe)\.(skip|only|todo)\b/.test(t) && p !== "test/architecture/tree.test.ts").map(([p]) => p)).toEqual([]);
    expect([...source].filter(([p, t]) => /\b(TODO|FIXME|XXX)\b/.test(t) && p !== "test/architecture/tree.test.ts").map(([p]) => p)).toEqual([]);
  });
  test("nothing is printed but by the command line", () => {
    expect(offenders(/console\.(log|error|warn)/, (p) => p.startsWith("server/") || p.startsWith("plugins/"))).toEqual([]);
  });
  test("nothing is named reset", () => {
    expect(offenders(/\breset[A-Z(]|function reset|\breset\b\s*[:=(]/, (p) => p.startsWith("server/modules/"))).toEqual([]);
  });
});
