/** Binds knex's query builder to one connection, so that a builder can run nowhere but in its own unit of work. */
import { createRequire } from "node:module";
import knex, { type Knex } from "knex";
import type { Dialect } from "./columns.ts";
import type { Db, DialectSql, Row, Value } from "./database.ts";

const require = createRequire(import.meta.url);

interface Builders { queryBuilder(): Knex.QueryBuilder<Row, Row[]>; raw(sql: string, bindings?: readonly Value[]): Knex.Raw }
export type BaseClient = Knex["client"] & Builders;
export interface Connection { acquire(): Promise<unknown>; release(connection: unknown): Promise<void> }

// A pool of knex's own is never opened: connections come from `bindDb`.
export const sqliteClient = (): BaseClient =>
  knex({ client: require("knex/lib/dialects/better-sqlite3/index.js"), useNullAsDefault: true, connection: { filename: "" } }).client as BaseClient;
export const postgresClient = (): BaseClient => knex({ client: "pg", connection: {} }).client as BaseClient;

export function bindDb(
  base: BaseClient, connection: Connection, sql: DialectSql, dialect: Dialect,
  rows: <R>(sql: string, values: readonly Value[]) => Promise<R[]>, run: (sql: string, values: readonly Value[]) => Promise<number>,
): Db {
  const client = Object.create(base) as BaseClient;
  Object.assign(client, { acquireConnection: connection.acquire, releaseConnection: connection.release });
  const db = (table: string) => client.queryBuilder().from(table) as Knex.QueryBuilder<Row, Row[]>;
  return Object.assign(db, {
    dialect, sql,
    raw: (text: string, bindings: readonly Value[] = []) => client.raw(text, bindings),
    rows: <R>(text: string, values: readonly Value[] = []) => rows<R>(text, values),
    run: (text: string, values: readonly Value[] = []) => run(text, values),
  });
}
