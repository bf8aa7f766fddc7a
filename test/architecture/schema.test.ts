/** One schema in two dialects: what migrations say, what the database has, and what stores name are the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { columnsOf, dialects, schemaFile, schemaOf } from "../../tools/schema.ts";
import { world, type World } from "../harness/world.ts";

let w: World;
beforeAll(async () => { w = await world(); });
afterAll(async () => { await w.close(); });

const sqlite = columnsOf(await schemaOf("sqlite"));
const postgres = columnsOf(await schemaOf("postgres"));
const asObject = (tables: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> => Object.fromEntries([...tables].map(([name, columns]) => [name, columns.toSorted()]));

test.each(dialects)("schema.%s.sql is current; if not: npm run schema", async (dialect) => {
  expect(readFileSync(schemaFile(dialect), "utf8")).toBe(await schemaOf(dialect));
});

test("both dialects have the same tables and columns", () => {
  expect(sqlite.size).toBeGreaterThan(40);
  expect(asObject(sqlite)).toEqual(asObject(postgres));
});

test("the migrated database has what the migrations say", async () => {
  const { read, dialect } = w.muster.kernel.database;
  const sql = {
    sqlite: `SELECT m.name AS "table", p.name AS "column", CASE WHEN p."notnull" = 1 THEN 1 ELSE 0 END AS needed FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
    postgres: `SELECT table_name AS "table", column_name AS "column", CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS needed FROM information_schema.columns WHERE table_schema = 'public'`,
  };
  const found = new Map<string, string[]>();
  for (const row of await read.rows<{ table: string; column: string; needed: number | string }>(sql[dialect])) {
    if (row.table !== "schema_migrations") found.set(row.table, [...(found.get(row.table) ?? []), Number(row.needed) === 1 ? `${row.column} NOT NULL` : row.column]);
  }
  expect(Object.fromEntries([...found].map(([name, columns]) => [name, columns.toSorted()]))).toEqual(asObject(dialect === "sqlite" ? sqlite : postgres));
});

/** `table("courses", { … })` in the code, with the names of its columns as the database has them. */
function codecs(): { readonly file: string; readonly table: string; readonly columns: readonly string[] }[] {
  const root = join(import.meta.dirname, "../../server");
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts") && !f.endsWith(".test.ts")).flatMap((file) => {
    const source = readFileSync(join(root, file), "utf8");
    return [...source.matchAll(/\btable\("(\w+)", \{/g)].map((m) => {
      let depth = 1, at = m.index + m[0].length, own = "";
      for (; depth > 0 && at < source.length; at++) {
        const c = source.charAt(at);
        if ("{(<[".includes(c)) depth++;
        if (depth === 1) own += c;
        if ("})>]".includes(c)) depth--;
      }
      return { file, table: m[1] ?? "", columns: [...own.matchAll(/(\w+):/g)].map((k) => (k[1] ?? "").replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)) };
    });
  });
}

test("stores name columns that exist", () => {
  const all = codecs();
  expect(all.length).toBeGreaterThan(25);
  expect(all.flatMap((c) => c.columns).length).toBeGreaterThan(200);
  const known = (table: string): string[] => (sqlite.get(table) ?? []).map((column) => column.replace(" NOT NULL", ""));
  expect(all.flatMap((c) => c.columns.filter((column) => !known(c.table).includes(column)).map((column) => `${c.file}: ${c.table}.${column}`))).toEqual([]);
});
