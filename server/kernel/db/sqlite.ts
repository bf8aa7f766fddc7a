/**
 * SQLite: one writer, units as SAVEPOINTs inside a group transaction, acknowledged only after the group's COMMIT
 * (`synchronous=FULL`), and a read-only connection for reads. See DECISIONS.md on group commit.
 */
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { kernelFailures } from "../errors.ts";
import { fromDatabase } from "./constraint.ts";
import type { Database, DatabaseWatch, Db, UnitOptions, Value } from "./database.ts";
import { bindDb, sqliteClient } from "./knex-client.ts";
import { dialectSql } from "./dialect-sql.ts";

const groupMs = 5;
const busyMs = 5_000;

interface Waiting { work(db: Db): Promise<unknown>; deadlineMs: number; resolve(value: unknown): void; reject(error: unknown): void }
interface Finished { readonly unit: Waiting; readonly value: unknown }

const plain = (v: Value): string | number | null | Uint8Array => (typeof v === "boolean" ? Number(v) : v);

/**
 * With STAT4 compiled in, SQLite compiles a statement anew whenever a compared parameter has another value, in case another
 * index were better now: 20 to 150 µs per call for joins and sorts that run in 2. The no-op `+` keeps the first plan.
 */
const stable = (sql: string): string => sql.replace(/'[^']*'|([=<>]\s*)\?/g, (m, operator: string | undefined) => (operator === undefined ? m : `${operator}+?`));

/** Prepared statements of one handle. */
class Statements {
  readonly #handle: Sqlite.Database;
  readonly #known = new Map<string, Sqlite.Statement>();
  constructor(handle: Sqlite.Database) { this.#handle = handle; }
  get(sql: string): Sqlite.Statement {
    let s = this.#known.get(sql);
    if (!s) {
      if (this.#known.size > 500) this.#known.clear();
      this.#known.set(sql, s = this.#handle.prepare(stable(sql)));
    }
    return s;
  }
}

const open = (file: string, readonly: boolean): Sqlite.Database => {
  const handle = new Sqlite(file, { readonly, timeout: 20 });
  if (!readonly) {
    handle.pragma("journal_mode = WAL");
    handle.pragma("synchronous = FULL");
    handle.pragma("secure_delete = ON");
    handle.pragma("wal_autocheckpoint = 4000");
  } else handle.pragma("query_only = 1");
  handle.pragma("foreign_keys = ON");
  handle.pragma("cache_size = -32000");
  handle.pragma("temp_store = MEMORY");
  return handle;
};

class SqliteDatabase implements Database {
  readonly dialect = "sqlite";
  readonly read: Db;
  watch: DatabaseWatch | undefined;
  readonly #handle: Sqlite.Database;
  readonly #reader: Sqlite.Database;
  readonly #statements: Statements;
  readonly #client = sqliteClient();
  readonly #queue: Waiting[] = [];
  #draining = false;
  #closed = false;

  constructor(file: string) {
    this.#handle = open(file, false);
    this.#reader = open(file, true);
    this.#statements = new Statements(this.#handle);
    this.read = this.#bind(this.#reader, new Statements(this.#reader), () => !this.#closed);
  }

  #bind(handle: Sqlite.Database, statements: Statements, alive: () => boolean): Db {
    const guard = (): void => { if (!alive()) throw new Error("a query ran after its unit of work had ended"); };
    return bindDb(this.#client, {
      acquire: () => { guard(); return Promise.resolve(handle); },
      release: () => Promise.resolve(),
    }, dialectSql.sqlite, "sqlite",
    async <R>(sql: string, values: readonly Value[]) => { guard(); return statements.get(sql).all(...values.map(plain)) as R[]; },
    async (sql, values) => { guard(); return statements.get(sql).run(...values.map(plain)).changes; });
  }

  unit<T>(work: (db: Db) => Promise<T>, options: UnitOptions = {}): Promise<T> {
    if (this.#closed) return Promise.reject(kernelFailures.unavailable());
    return new Promise<T>((resolve, reject) => {
      const asked = performance.now();
      const ended = (outcome: "committed" | "refused"): void => { this.watch?.unit(outcome, (performance.now() - asked) / 1_000); };
      this.#queue.push({
        work, deadlineMs: options.deadlineMs ?? 1_000, resolve: (v) => { ended("committed"); resolve(v as T); }, reject: (error) => { ended("refused"); reject(error as Error); },
      });
      if (!this.#draining) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    try {
      while (this.#queue.length > 0) {
        await this.#group();
        // Units that follow each other without a pause (a job) must not keep requests waiting at the door.
        await turn();
      }
    } finally {
      this.#draining = false;
    }
  }

  async #begin(): Promise<void> {
    const until = performance.now() + busyMs;
    for (;;) {
      try { this.#statements.get("BEGIN IMMEDIATE").run(); return; } catch (error) {
        if ((error as { code?: string }).code !== "SQLITE_BUSY" || performance.now() > until) throw error;
        await wait(25);
      }
    }
  }

  async #group(): Promise<void> {
    const finished: Finished[] = [];
    try { await this.#begin(); } catch (error) {
      for (const unit of this.#queue.splice(0)) unit.reject(fromDatabase(error));
      return;
    }
    const started = performance.now();
    for (;;) {
      const unit = this.#queue.shift();
      if (!unit) {
        // One turn of the loop lets requests that have already arrived join this commit.
        if (performance.now() - started < groupMs) await turn();
        if (this.#queue.length === 0) break;
        continue;
      }
      if (!(await this.#one(unit, finished))) { await this.#replay(finished); return; }
      if (performance.now() - started > groupMs) break;
    }
    try {
      this.#statements.get("COMMIT").run();
    } catch (error) {
      if (this.#handle.inTransaction) this.#statements.get("ROLLBACK").run();
      for (const { unit } of finished) unit.reject(fromDatabase(error));
      return;
    }
    if (finished.length > 0) this.watch?.group(finished.length);
    for (const { unit, value } of finished) unit.resolve(value);
  }

  /** False when the database rolled back the whole group by itself (full disk, I/O error, no memory). */
  async #one(unit: Waiting, finished: Finished[]): Promise<boolean> {
    let alive = true;
    const db = this.#bind(this.#handle, this.#statements, () => alive);
    let timer: NodeJS.Timeout | undefined;
    try {
      this.#statements.get("SAVEPOINT unit").run();
      const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(kernelFailures.too_slow()); }, unit.deadlineMs); });
      const value = await Promise.race([unit.work(db), late]);
      this.#statements.get("RELEASE unit").run();
      finished.push({ unit, value });
      return true;
    } catch (error) {
      alive = false;
      if (this.#handle.inTransaction) {
        this.#statements.get("ROLLBACK TO unit").run();
        this.#statements.get("RELEASE unit").run();
        unit.reject(fromDatabase(error));
        return true;
      }
      unit.reject(fromDatabase(error));
      return false;
    } finally {
      alive = false;
      clearTimeout(timer);
    }
  }

  /** The group was rolled back under us: each of its unacknowledged units runs once more in a transaction of its own. */
  async #replay(lost: readonly Finished[]): Promise<void> {
    for (const { unit } of lost) {
      const again: Finished[] = [];
      try {
        await this.#begin();
        if (!(await this.#one(unit, again))) continue;
        this.#statements.get("COMMIT").run();
        for (const done of again) done.unit.resolve(done.value);
      } catch (error) {
        if (this.#handle.inTransaction) this.#statements.get("ROLLBACK").run();
        unit.reject(fromDatabase(error));
      }
    }
  }

  async ping(): Promise<void> { await this.read.rows("SELECT 1 AS one"); }

  async close(): Promise<void> {
    while (this.#draining) await wait(5);
    this.#closed = true;
    this.#reader.close();
    this.#handle.close();
  }
}

/** Opens (or creates) the database file. The SQLite build must be ≥ 3.51.3: earlier ones could lose a reset WAL. */
export const openSqlite = (file: string): Database => new SqliteDatabase(file);
