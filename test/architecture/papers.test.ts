/** The papers tell the truth: the map is today's, links lead somewhere, named scripts and files exist, decisions stay short. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { architectureWithMap, rank } from "../../tools/map.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const papers = readdirSync(root).filter((f) => f.endsWith(".md"));
const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);

test("the papers are there", () => {
  expect(papers.toSorted()).toEqual(["ARCHITECTURE.md", "CATALOG.md", "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md", "README.md", "SECURITY.md"]);
  for (const file of ["LICENSE", "NOTICE"]) expect(existsSync(join(root, file))).toBe(true);
});

test("the map in ARCHITECTURE.md is current; if not: npm run map", async () => {
  expect(read("ARCHITECTURE.md")).toBe(await architectureWithMap(read("ARCHITECTURE.md")));
});

test("every number in the map is a module's; one without a number calls nobody and is called by nobody", () => {
  expect(Object.keys(rank).filter((name) => !existsSync(join(root, "server/modules", name)))).toEqual([]);
});

test("links between papers lead somewhere", () => {
  const broken = papers.flatMap((paper) => [...read(paper).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map((m) => m[1] ?? "").filter((to) => !existsSync(join(root, to))).map((to) => `${paper}: ${to}`));
  expect(broken).toEqual([]);
});

test("scripts the papers name exist", () => {
  const named = papers.flatMap((paper) => [...read(paper).matchAll(/npm run ([\w:-]+)/g)].map((m) => m[1] ?? ""));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
});

test("files the pages of architecture and contribution name exist", () => {
  const from = ["", "server", "server/kernel", "server/modules", "server/modules/courses", "admin-ui"];
  const paths = ["ARCHITECTURE.md", "CONTRIBUTING.md"].flatMap((paper) => [...read(paper).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|json|sh))`/g)].map((m) => m[1] ?? ""));
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !from.some((dir) => existsSync(join(root, dir, path))))).toEqual([]);
});

test("decisions are numbered in order and at most 12 lines long", () => {
  const [, ...decisions] = read("DECISIONS.md").split(/^### /m);
  expect(decisions.length).toBeGreaterThan(30);
  expect(decisions.map((d) => Number(/^(\d+)\. /.exec(d)?.[1]))).toEqual(decisions.map((_, i) => i + 1));
  expect(decisions.filter((d) => (d.split(/^## /m)[0] ?? "").trim().split("\n").length > 12)).toEqual([]);
});

test("words of the glossary take at most 40 words to explain", () => {
  const rows = read("ARCHITECTURE.md").split("## Glossary")[1]?.split("\n").filter((line) => line.startsWith("| ")) ?? [];
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => row.split(/\s+/).length > 44)).toEqual([]);
});
