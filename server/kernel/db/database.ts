/**
 * What stores see of a database. Ordinary code uses the knex builder (`db("courses").where(…)`), hot statements use
 * `rows` and `run`: SQL with `?` placeholders, prepared once per connection.
 */
import type { Knex } from "knex";
import type { Dialect } from "./columns.ts";

export type Value = string | number | boolean | null | Uint8Array;
export type Row = Record<string, unknown>;

export interface Db {
  (table: string): Knex.QueryBuilder<Row, Row[]>;
  readonly dialect: Dialect;
  /** A fragment for the builder (`db.raw("lower(email) = ?", [x])`). Not for running statements. */
  raw(sql: string, bindings?: readonly Value[]): Knex.Raw;
  /** Prepared statement, all rows. */
  rows<R = Row>(sql: string, values?: readonly Value[]): Promise<R[]>;
  /** Prepared statement, number of changed rows. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
  /** SQL that differs by dialect, by capability. */
  readonly sql: DialectSql;
}

export interface DialectSql {
  /** Expression for a fresh random id (32 hex characters), for set-based inserts. */
  readonly randomId: string;
  /** `FROM`-able rows out of one JSON-array parameter: `rowsOf({ id: "text", n: "integer" })` has one `?` and is named `t`. */
  rowsOf(columns: Readonly<Record<string, "text" | "integer" | "instant" | "day" | "json" | "flag">>): string;
  /** Locks selected rows for this unit; empty where units run one after another anyway. */
  readonly forUpdate: string;
  readonly forUpdateSkipLocked: string;
  /** Case-insensitive LIKE operator. */
  readonly like: string;
  /** Several INSERTs may be one statement (`WITH a AS (INSERT …) INSERT …`): one round trip less each. */
  readonly chainsInserts: boolean;
  /** Tells the planner how large tables are now, after mass writes: `ANALYZE` before their names; empty where figures are fixed (planner.ts). */
  readonly analyze: string;
  /** Database clock as an `instant`. */
  readonly now: string;
  /** Expression for the version of the database program. */
  readonly version: string;
  /** Expression for the bytes the database takes. */
  readonly sizeBytes: string;
}

export interface UnitOptions {
  /** The unit is rolled back after this long. Default 1,000 ms; jobs use more. */
  readonly deadlineMs?: number;
}

/** Told how units end, for metrics. */
export interface DatabaseWatch {
  /** From asking for the unit to its durable end. */
  unit(outcome: "committed" | "refused", seconds: number): void;
  /** Units in one commit. */
  group(units: number): void;
}

export interface Database {
  readonly dialect: Dialect;
  watch?: DatabaseWatch | undefined;
  /** Reads what was acknowledged; cannot write. */
  readonly read: Db;
  /**
   * Runs `work` in one transaction and resolves only when it is durable. May run `work` twice after a fault,
   * so it keeps no state outside the database. Refuses with `request.too_slow`, `request.unavailable`, `request.full`.
   */
  unit<T>(work: (db: Db) => Promise<T>, options?: UnitOptions): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
