/** What Muster offers by name: declared once, translated, authorised, and the same in CATALOG.md. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Muster } from "../../server/app.ts";
import { settingsOfProcess } from "../../server/kernel/config.ts";
import type { Endpoint } from "../../server/kernel/contract.ts";
import { kernelFailures, statusOf } from "../../server/kernel/errors.ts";
import { partLoader, undeclaredIds } from "../../server/kernel/http/authorise.ts";
import { permissions } from "../../server/modules/access/index.ts";
import { catalogFile, catalogOf, withMuster } from "../../tools/catalog.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const sources = ["server", "plugins"].flatMap((dir) => readdirSync(join(root, dir), { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts") && !f.endsWith(".test.ts")).map((f) => join(dir, f)));

let text = "";
let modules: Muster["modules"] = [];
let operations: { readonly name: string; readonly module: string; readonly endpoint: Endpoint }[] = [];
let declared: Readonly<Record<string, readonly [string, string]>> = {};
beforeAll(async () => {
  await withMuster((muster) => {
    text = catalogOf(muster);
    modules = muster.modules;
    operations = modules.flatMap((m) => Object.entries(m.contract).map(([verb, endpoint]) => ({ name: `${m.name}.${verb}`, module: m.name, endpoint })));
    declared = Object.assign({}, kernelFailures.declared, ...modules.map((m) => m.failures?.declared ?? {})) as typeof declared;
  });
});

test("CATALOG.md is current; if not: npm run catalog", () => {
  expect(operations.length).toBeGreaterThan(100);
  expect(readFileSync(catalogFile, "utf8")).toBe(text);
});

test("README.md explains every setting", () => {
  const readme = read("README.md");
  expect(settingsOfProcess().filter((s) => !readme.includes(s.name)).map((s) => s.name)).toEqual([]);
  expect(settingsOfProcess().filter((s) => s.text === "")).toEqual([]);
});

describe("error codes", () => {
  test("are of a known kind and read as a sentence", () => {
    expect(Object.keys(declared).length).toBeGreaterThan(100);
    expect(Object.entries(declared).filter(([, [kind, sentence]]) => !Object.hasOwn(statusOf, kind) || !/^[A-Z].*[.?]$/.test(sentence)).map(([code]) => code)).toEqual([]);
  });
  test("are made in one place, by the table that declares them", () => {
    const allowed = ["server/kernel/errors.ts", "server/kernel/workers.ts", "server/modules/appliance/set-up.ts"];
    expect(sources.filter((f) => read(f).includes("new Failure(") && !allowed.includes(f))).toEqual([]);
    const tables = modules.map((m) => m.failures?.declared).filter((d) => d !== undefined);
    const files = sources.filter((f) => /\bfailures\("\w+", \{/.test(read(f)) && f !== "server/kernel/errors.ts");
    expect(files.length).toBe(tables.length);
  });
  test.each(["en", "de", "ar"])("are said in %s, and nothing else is", (language) => {
    const said = JSON.parse(read(`locales/${language}/errors.json`)) as Record<string, string>;
    const beyond = ["internal", ...["offline", "forbidden", "not_found", "conflict", "server", "refused"].map((group) => `status.${group}`)];
    expect(Object.keys(said).toSorted()).toEqual([...Object.keys(declared), ...beyond].toSorted());
    if (language === "en") expect(Object.fromEntries(Object.keys(declared).map((code) => [code, said[code]]))).toEqual(Object.fromEntries(Object.entries(declared).map(([code, [, sentence]]) => [code, sentence.replaceAll("'", "’")])));
    else expect(Object.entries(said).filter(([code, sentence]) => sentence.trim() === "" || sentence === declared[code]?.[1]).map(([code]) => code)).toEqual([]);
  });
});

describe("operations", () => {
  const offenders = (isWrong: (e: Endpoint, module: string, name: string) => boolean): string[] => operations.filter((o) => isWrong(o.endpoint, o.module, o.name)).map((o) => o.name);
  test("have an address of their own", () => {
    const addresses = operations.map((o) => `${o.endpoint.method} ${o.endpoint.path.replace(/:\w+/g, ":")}`);
    expect(addresses.filter((a, i) => addresses.indexOf(a) !== i)).toEqual([]);
  });
  test("say what they do", () => { expect(offenders((e) => !/^[A-Z].{5,}[^.]$/.test(e.summary))).toEqual([]); });
  test("need a right that exists", () => { expect(offenders((e) => !["public", "self", ...permissions].includes(e.permission))).toEqual([]); });
  test("that change something are audited, or say why not", () => {
    expect(offenders((e) => e.method !== "GET" && (e.audit === undefined || (typeof e.audit !== "string" && e.audit.none.length < 10)))).toEqual([]);
  });
  test("take exactly the fields they name", () => {
    expect(offenders((e) => { const schema = z.toJSONSchema(e.input, { unrepresentable: "any", io: "input" }); return schema.type === "object" && schema.additionalProperties !== false; })).toEqual([]);
  });
  test("authorise each id they take, by a loader that exists", () => {
    const loaders = new Map(modules.flatMap((m) => Object.entries(m.loaders ?? {})));
    expect(operations.flatMap((o) => undeclaredIds(o.name, o.endpoint, loaders))).toEqual([]);
    // Parts of a document are no rows, so only work on oneself or below an authorised row may rely on its handler.
    expect(offenders((e) => e.permission !== "self" && Object.values(e.ids ?? {}).length > 0 && Object.values(e.ids ?? {}).every((kind) => kind === partLoader))).toEqual([]);
  });
});

describe("events and audit actions in the code", () => {
  const literals = (pattern: RegExp): string[] => sources.filter((f) => f.startsWith("server/")).flatMap((f) => [...read(f).matchAll(pattern)].map((m) => m[1] ?? ""));
  test("are declared by their module", () => {
    const events = literals(/\.emit\("([\w.]+)"/g);
    const emits = new Set(modules.flatMap((m) => m.emits ?? []));
    expect(events.length).toBeGreaterThan(15);
    expect(events.filter((name) => !emits.has(name))).toEqual([]);
    const actions = literals(/\.audit\("([\w.]+)"/g);
    const audits = new Set([...modules.flatMap((m) => m.audits ?? []), ...operations.flatMap((o) => (typeof o.endpoint.audit === "string" ? [o.endpoint.audit] : []))]);
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((name) => !audits.has(name))).toEqual([]);
  });
  test("heard of are told by somebody", () => {
    const emits = new Set(modules.flatMap((m) => m.emits ?? []));
    expect(modules.flatMap((m) => m.events ?? []).map((e) => e.event).filter((name) => !emits.has(name))).toEqual([]);
  });
});
