/**
 * The one codec between the domain and the two dialects. Kinds are append-only: migrations use them too.
 *
 * | kind    | domain            | SQLite            | PostgreSQL      |
 * |---------|-------------------|-------------------|-----------------|
 * | id, ref | string            | TEXT              | text COLLATE C  |
 * | text    | string            | TEXT              | text            |
 * | code    | string of a list  | TEXT + CHECK      | text + CHECK    |
 * | count   | integer ≤ 2^53−1  | INTEGER           | bigint          |
 * | flag    | boolean           | INTEGER 0/1       | boolean         |
 * | instant | ISO-8601 UTC, ms  | TEXT              | timestamptz(3)  |
 * | day     | YYYY-MM-DD        | TEXT              | date            |
 * | json    | plain value       | TEXT              | jsonb           |
 * | bytes   | Buffer            | BLOB              | bytea           |
 */
import type { Knex } from "knex";

export type Dialect = "sqlite" | "postgres";
export type KindName = "id" | "ref" | "text" | "code" | "count" | "flag" | "instant" | "day" | "json" | "bytes";

export interface Column<T = unknown> {
  readonly kind: KindName;
  readonly nullable: boolean;
  readonly values?: readonly string[];
  readonly target?: string;
  readonly fallback?: string | number | boolean;
  readonly _type?: T;
}

const column = <T>(kind: KindName, more: Partial<Column> = {}): Column<T> => ({ kind, nullable: false, ...more }) as Column<T>;

/** Primary key: sortable text made by the application. */
export const id = () => column<string>("id");
/** Reference to the `id` of another table; without a table it is a plain reference that no constraint guards. */
export const ref = (target?: string) => column<string>("ref", target === undefined ? {} : { target });
export const text = () => column<string>("text");
export const code = <const V extends readonly string[]>(...values: V) => column<V[number]>("code", { values });
export const count = () => column<number>("count");
export const flag = () => column<boolean>("flag");
export const instant = () => column<string>("instant");
export const day = () => column<string>("day");
export const json = <T = unknown>() => column<T>("json");
export const bytes = () => column<Buffer>("bytes");
export const optional = <T>(c: Column<T>): Column<T | null> => ({ ...c, nullable: true }) as Column<T | null>;
export const withDefault = <T>(c: Column<T>, fallback: string | number | boolean): Column<T> => ({ ...c, fallback });

export type Columns = Readonly<Record<string, Column>>;
export type RowOf<C extends Columns> = { -readonly [K in keyof C]: C[K] extends Column<infer T> ? T : never };

export interface Codec<C extends Columns> {
  readonly table: string;
  readonly columns: C;
  /** Domain → bindings. Only the given keys are written. */
  toRow(value: Partial<RowOf<C>>): Record<string, unknown>;
  /** Result row → domain. Unknown columns are left out. */
  fromRow(row: Record<string, unknown>): RowOf<C>;
  /** `table.column as column` for each column, for joins. */
  select(alias?: string): string[];
}

const snake = (s: string): string => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Declares a store's view of a table: keys are camelCase, columns snake_case. */
export function table<C extends Columns>(name: string, columns: C): Codec<C> {
  const keys = Object.entries(columns).map(([key, c]) => ({ key, column: snake(key), kind: c.kind }));
  return {
    table: name,
    columns,
    toRow(value) {
      const out: Record<string, unknown> = {};
      for (const { key, column: name, kind } of keys) {
        const v = (value as Record<string, unknown>)[key];
        if (v === undefined) continue;
        out[name] = v === null ? null : kind === "json" ? JSON.stringify(v) : v;
      }
      return out;
    },
    fromRow(row) {
      const out: Record<string, unknown> = {};
      for (const { key, column: name, kind } of keys) {
        const v = row[name];
        if (v === undefined) continue;
        out[key] = v === null ? null
          : kind === "json" && typeof v === "string" ? JSON.parse(v)
          : kind === "flag" ? v === true || v === 1
          : v;
      }
      return out as RowOf<C>;
    },
    select: (alias = name) => keys.map(({ column: name }) => `${alias}.${name}`),
  };
}

const types: Record<Dialect, Record<KindName, string>> = {
  sqlite: { id: "TEXT", ref: "TEXT", text: "TEXT", code: "TEXT", count: "INTEGER", flag: "INTEGER", instant: "TEXT", day: "TEXT", json: "TEXT", bytes: "BLOB" },
  postgres: {
    id: 'text COLLATE "C"', ref: 'text COLLATE "C"', text: "text", code: "text", count: "bigint", flag: "boolean",
    instant: "timestamptz(3)", day: "date", json: "jsonb", bytes: "bytea",
  },
};

const literal = (v: string | number | boolean, dialect: Dialect): string =>
  typeof v === "string" ? `'${v.replaceAll("'", "''")}'` : typeof v === "boolean" ? (dialect === "sqlite" ? (v ? "1" : "0") : String(v)) : String(v);

export interface TableOptions {
  /** Columns of a composite primary key; without it a column of kind `id` is the key. */
  readonly key?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  readonly uniqueWhere?: readonly { readonly columns: readonly string[]; readonly where: string }[];
  readonly index?: readonly (readonly string[])[];
  readonly indexWhere?: readonly { readonly columns: readonly string[]; readonly where: string }[];
}

export const dialectOf = (db: Knex): Dialect => (db.client.config.client === "pg" || db.client.dialect === "postgresql" ? "postgres" : "sqlite");

function columnDdl(name: string, c: Column, dialect: Dialect): string {
  const parts = [`"${name}"`, types[dialect][c.kind]];
  if (c.kind === "id") parts.push("PRIMARY KEY");
  if (!c.nullable) parts.push("NOT NULL");
  if (c.fallback !== undefined) parts.push(`DEFAULT ${literal(c.fallback, dialect)}`);
  if (c.values) parts.push(`CHECK ("${name}" IN (${c.values.map((v) => literal(v, dialect)).join(", ")}))`);
  if (c.target) parts.push(`REFERENCES "${c.target}" ("id")`);
  return parts.join(" ");
}

/** Index names follow their table and columns, so that both dialects and all releases agree on them. */
async function createIndex(db: Knex, name: string, columns: readonly string[], unique: boolean, where?: string): Promise<void> {
  const label = `${name}_${columns.join("_").replace(/[^a-z0-9_]/g, "")}${where ? "_where" : ""}_${unique ? "key" : "idx"}`.slice(0, 62);
  await db.raw(`CREATE ${unique ? "UNIQUE " : ""}INDEX "${label}" ON "${name}" (${columns.join(", ")})${where ? ` WHERE ${where}` : ""}`);
}

/** Creates a table with its keys and indexes; column names are given as they are in the database. */
export async function createTable(db: Knex, name: string, columns: Columns, options: TableOptions = {}): Promise<void> {
  const dialect = dialectOf(db);
  const lines = Object.entries(columns).map(([n, c]) => columnDdl(n, c, dialect));
  if (options.key) lines.push(`PRIMARY KEY (${options.key.join(", ")})`);
  await db.raw(`CREATE TABLE "${name}" (\n  ${lines.join(",\n  ")}\n)${dialect === "sqlite" ? " STRICT" : ""}`);
  for (const c of options.unique ?? []) await createIndex(db, name, c, true);
  for (const u of options.uniqueWhere ?? []) await createIndex(db, name, u.columns, true, u.where);
  for (const c of options.index ?? []) await createIndex(db, name, c, false);
  for (const u of options.indexWhere ?? []) await createIndex(db, name, u.columns, false, u.where);
}

/** Adds columns that are nullable or have a default (the "expand" step of a migration). */
export async function addColumns(db: Knex, name: string, columns: Columns): Promise<void> {
  const dialect = dialectOf(db);
  for (const [n, c] of Object.entries(columns)) await db.raw(`ALTER TABLE "${name}" ADD COLUMN ${columnDdl(n, c, dialect)}`);
}

/** Append-only guard: UPDATE and DELETE fail by trigger, of every row or of those where `when` (over `OLD`) holds. The only triggers of the schema. */
export async function forbidChange(db: Knex, name: string, when?: string): Promise<void> {
  const only = when === undefined ? "" : `WHEN (${when}) `;
  if (dialectOf(db) === "sqlite") {
    for (const verb of ["UPDATE", "DELETE"]) {
      await db.raw(`CREATE TRIGGER "${name}_no_${verb.toLowerCase()}" BEFORE ${verb} ON "${name}" ${only}BEGIN SELECT RAISE(ABORT, '${name} is append-only'); END`);
    }
    return;
  }
  await db.raw(`CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23514'; END $$`);
  await db.raw(`CREATE TRIGGER "${name}_no_change" BEFORE UPDATE OR DELETE ON "${name}" FOR EACH ROW ${only}EXECUTE FUNCTION refuse_change()`);
}
