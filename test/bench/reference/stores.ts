/** The reference's own two stores: SQLite with group commit on one handle, PostgreSQL with a pool and named statements. */
import { createHash } from "node:crypto";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { tokenOf } from "../seed.ts";

export type Bound = string | number | null | Buffer;
export interface Call { readonly op: "rows" | "run"; readonly sql: string; readonly values: readonly Bound[] }
export interface Store {
  read(op: Call["op"], sql: string, values: readonly Bound[]): Promise<unknown>;
  unit(calls: readonly Call[]): Promise<void>;
  /** Ids of rows that people share. */
  sharedIds(): Promise<Set<string>>;
  /** The rows a person had before the journey, in a fixed order. */
  ownIds(person: number): Promise<string[]>;
  ownMap(recorded: readonly string[], person: number): Promise<Map<string, string>>;
  tokens(people: number): Iterable<[string, number]>;
  close(): Promise<void>;
}

const sharedTables = ["courses", "versions", "requirements", "requirement_rules", "audiences", "audience_rules", "publications"];
const ownSql = "SELECT c.id, c.obligation_id FROM cycles c WHERE c.person_id = ? ORDER BY c.requirement_id, c.number";
const personId = (n: number): string => `p${String(n).padStart(8, "0")}`;
function* tokens(people: number): Iterable<[string, number]> { for (let n = 0; n < people; n++) yield [tokenOf(n), n]; }
const mapOf = (recorded: readonly string[], ids: readonly string[]): Map<string, string> => new Map(recorded.map((id, i) => [id, ids[i] ?? id]));

function sqlite(file: string): Store {
  const open = (readonly: boolean): Sqlite.Database => {
    const db = new Sqlite(file, { readonly });
    for (const p of ["foreign_keys = ON", "cache_size = -32000", "temp_store = MEMORY", ...(readonly ? [] : ["synchronous = FULL", "secure_delete = ON", "wal_autocheckpoint = 4000"])]) db.pragma(p);
    return db;
  };
  const writer = open(false), reader = open(true);
  const known = new Map<string, Sqlite.Statement>();
  const prepared = (db: Sqlite.Database, sql: string): Sqlite.Statement => {
    const key = (db === writer ? "w" : "r") + sql;
    let s = known.get(key);
    if (!s) known.set(key, s = db.prepare(sql));
    return s;
  };
  const call = (db: Sqlite.Database, c: Call): unknown => (c.op === "rows" ? prepared(db, c.sql).all(...c.values) : prepared(db, c.sql).run(...c.values).changes);
  let waiting: { calls: readonly Call[]; done(): void; failed(e: unknown): void }[] = [];
  let isBusy = false;
  // Same rule as Muster: commit when idle for one turn of the loop, or after 5 ms.
  const drain = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) {
      const ended: (() => void)[] = [];
      writer.exec("BEGIN IMMEDIATE");
      const started = performance.now();
      for (;;) {
        const unit = waiting.shift();
        if (!unit) {
          if (performance.now() - started < 5) await new Promise((r) => { setImmediate(r); });
          if (waiting.length === 0) break;
          continue;
        }
        prepared(writer, "SAVEPOINT u").run();
        try { for (const c of unit.calls) call(writer, c); prepared(writer, "RELEASE u").run(); ended.push(unit.done); } catch (e) { writer.exec("ROLLBACK TO u; RELEASE u"); unit.failed(e); }
        if (performance.now() - started > 5) break;
      }
      writer.exec("COMMIT");
      for (const done of ended) done();
    }
    isBusy = false;
  };
  const ids = (sql: string, ...values: Bound[]): string[] => (reader.prepare(sql).raw().all(...values) as string[][]).flat();
  return {
    read: async (op, sql, values) => call(reader, { op, sql, values }),
    unit: (calls) => new Promise<void>((done, failed) => { waiting.push({ calls, done, failed }); if (!isBusy) void drain(); }),
    sharedIds: async () => new Set(sharedTables.flatMap((t) => ids(`SELECT id FROM ${t}`))),
    ownIds: async (person) => ids(ownSql, personId(person)),
    ownMap: async (recorded, person) => mapOf(recorded, ids(ownSql, personId(person))),
    tokens,
    close: async () => { waiting = []; reader.close(); writer.close(); },
  };
}

function postgres(url: string): Store {
  const pool = new pg.Pool({ connectionString: url, max: 6, options: "-c timezone=UTC" });
  const named = new Map<string, { name: string; text: string }>();
  const prepared = (sql: string): { name: string; text: string } => {
    let s = named.get(sql);
    if (!s) {
      let n = 0;
      named.set(sql, s = { name: createHash("sha256").update(sql).digest("hex").slice(0, 32), text: sql.replace(/'[^']*'|\?/g, (m) => (m === "?" ? `$${++n}` : m)) });
    }
    return s;
  };
  const ids = async (sql: string, ...values: Bound[]): Promise<string[]> =>
    (await pool.query<string[]>({ text: sql.replace("?", "$1"), values, rowMode: "array" })).rows.flat();
  return {
    read: (_op, sql, values) => pool.query({ ...prepared(sql), values: [...values] }),
    async unit(calls) {
      const c = await pool.connect();
      try {
        await c.query("BEGIN");
        for (const { sql, values } of calls) await c.query({ ...prepared(sql), values: [...values] });
        await c.query("COMMIT");
      } catch (e) { await c.query("ROLLBACK"); throw e; } finally { c.release(); }
    },
    sharedIds: async () => new Set((await Promise.all(sharedTables.map((t) => ids(`SELECT id FROM ${t}`)))).flat()),
    ownIds: (person) => ids(ownSql, personId(person)),
    ownMap: async (recorded, person) => mapOf(recorded, await ids(ownSql, personId(person))),
    tokens,
    close: () => pool.end(),
  };
}

export const openStore = async (address: string): Promise<Store> => (address.startsWith("postgres") ? postgres(address) : sqlite(address));
