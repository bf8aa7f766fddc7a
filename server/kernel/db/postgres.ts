/** PostgreSQL: each unit its own transaction, one small pool, values in the domain's form straight from the driver. */
import { createHash } from "node:crypto";
import pg from "pg";
import { kernelFailures } from "../errors.ts";
import { fromDatabase, isRetryable } from "./constraint.ts";
import type { Database, DatabaseWatch, Db, UnitOptions, Value } from "./database.ts";
import { dialectSql } from "./dialect-sql.ts";
import { bindDb, postgresClient } from "./knex-client.ts";

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
  [pg.types.builtins.DATE, (text) => text],
  // As text, like SQLite: the codec parses it once (a stored string would otherwise be parsed twice).
  [pg.types.builtins.JSON, (text) => text],
  [pg.types.builtins.JSONB, (text) => text],
  [pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")).toISOString()],
]);
const types = { getTypeParser: (oid: number, format?: string) => parsers.get(oid) ?? pg.types.getTypeParser(oid, format as "text") };

interface Prepared { readonly name?: string; readonly text: string }
const numbered = new Map<string, Prepared>();
/**
 * `?` → `$n` (outside quotes), and a stable name so that each connection prepares the statement once. Set-based statements get
 * none: PostgreSQL would keep the plan it made while the tables were small (an import of 50,000 people took 3 minutes so).
 */
function prepare(sql: string): Prepared {
  let s = numbered.get(sql);
  if (!s) {
    let n = 0;
    const text = sql.replace(/'[^']*'|\?/g, (m) => (m === "?" ? `$${++n}` : m));
    numbered.set(sql, s = sql.includes("jsonb_to_recordset") ? { text } : { name: createHash("sha256").update(sql).digest("hex").slice(0, 32), text });
  }
  return s;
}

type Queryable = Pick<pg.ClientBase, "query">;

class PostgresDatabase implements Database {
  readonly dialect = "postgres";
  readonly read: Db;
  watch: DatabaseWatch | undefined;
  readonly #pool: pg.Pool;
  readonly #client = postgresClient();

  constructor(url: string, connections: number) {
    this.#pool = new pg.Pool({
      connectionString: url, max: connections, types, connectionTimeoutMillis: 5_000, idleTimeoutMillis: 30_000,
      options: "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000",
    });
    this.#pool.on("error", () => { /* an idle connection died; the pool opens another */ });
    this.read = this.#bind(this.#pool, {
      acquire: async () => this.#pool.connect(),
      release: async (c) => { (c as pg.PoolClient).release(); },
    }, () => true);
  }

  #bind(target: Queryable, connection: { acquire(): Promise<unknown>; release(c: unknown): Promise<void> }, alive: () => boolean): Db {
    const guard = (): void => { if (!alive()) throw new Error("a query ran after its unit of work had ended"); };
    const ask = async (sql: string, values: readonly Value[]): Promise<pg.QueryResult> => {
      guard();
      try { return await target.query({ ...prepare(sql), values: values.map((v) => (v instanceof Uint8Array ? Buffer.from(v) : v)) }); } catch (error) { throw target === this.#pool ? fromDatabase(error) : error; }
    };
    return bindDb(this.#client, { acquire: async () => { guard(); return connection.acquire(); }, release: connection.release }, dialectSql.postgres, "postgres",
      async <R>(sql: string, values: readonly Value[]) => (await ask(sql, values)).rows as R[],
      async (sql, values) => (await ask(sql, values)).rowCount ?? 0);
  }

  async unit<T>(work: (db: Db) => Promise<T>, options: UnitOptions = {}): Promise<T> {
    const asked = performance.now();
    const ended = (outcome: "committed" | "refused"): void => { this.watch?.unit(outcome, (performance.now() - asked) / 1_000); };
    for (let attempt = 1; ; attempt++) {
      try {
        const value = await this.#once(work, options.deadlineMs ?? 1_000);
        ended("committed");
        return value;
      } catch (error) {
        if (attempt < 4 && isRetryable(error)) continue;
        ended("refused");
        throw fromDatabase(error);
      }
    }
  }

  async #once<T>(work: (db: Db) => Promise<T>, deadlineMs: number): Promise<T> {
    const connection = await this.#pool.connect();
    let alive = true;
    let broken: Error | undefined;
    let timer: NodeJS.Timeout | undefined;
    const db = this.#bind(connection, { acquire: () => Promise.resolve(connection), release: () => Promise.resolve() }, () => alive);
    try {
      await connection.query("BEGIN");
      const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(kernelFailures.too_slow()); }, deadlineMs); });
      const value = await Promise.race([work(db), late]);
      alive = false;
      await connection.query("COMMIT");
      return value;
    } catch (error) {
      alive = false;
      await connection.query("ROLLBACK").catch((e: unknown) => { broken = e instanceof Error ? e : new Error("connection lost"); });
      throw error;
    } finally {
      clearTimeout(timer);
      connection.release(broken);
    }
  }

  async ping(): Promise<void> { await this.read.rows("SELECT 1 AS one"); }
  async close(): Promise<void> { await this.#pool.end(); }
}

/** `connections` is the pool of this process: 2 × cores + 2 divided by the processes. */
export const openPostgres = (url: string, connections: number): Database => new PostgresDatabase(url, connections);
