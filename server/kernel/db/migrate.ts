/** One ordered list of migrations for both dialects, forward only. SQLite is backed up to a file before anything changes. */
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import Sqlite from "better-sqlite3";
import knex, { type Knex } from "knex";
import { ConfigError } from "../config.ts";
import type { Database } from "./database.ts";
import { informPlanner } from "./planner.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

const require = createRequire(import.meta.url);
const folder = new URL("../../../migrations/", import.meta.url);

export interface Address { readonly dialect: "sqlite" | "postgres"; readonly url: string }
/** `postgres://…`, or a path (or `sqlite:` URL) of a file. */
export const addressOf = (url: string): Address =>
  /^postgres(ql)?:\/\//.test(url) ? { dialect: "postgres", url } : { dialect: "sqlite", url: url.replace(/^sqlite:(\/\/)?/, "") };

export function openDatabase({ dialect, url }: Address): Database {
  return dialect === "postgres" ? openPostgres(url, 2 * availableParallelism() + 2) : openSqlite(url);
}

/** knex prints failures of its pool by itself, before they are told to the caller in one line. */
const quiet = { warn: () => { /* told by the caller */ }, error: () => { /* told by the caller */ } };

/** No connection, no such account, password or database: the operator's to mend, by driver code. */
const isAway = (error: unknown): boolean => error instanceof Error && "code" in error && typeof error.code === "string"
  && (/^(ECONN|ENOTFOUND|EHOST|ENET|EAI_|ETIMEDOUT|28|3D|08|57P)/.test(error.code));

export async function migrationNames(): Promise<string[]> {
  return (await readdir(folder)).filter((f) => /^\d{4}_.*\.ts$/.test(f)).sort();
}

export interface MigrateOptions {
  /** Stops before this migration (tests of data migrations). */
  readonly before?: string;
  /** Called once before the first change to a database that holds data; makes the backup. */
  readonly backup?: (current: string) => Promise<void>;
}

/** Brings the schema up to date; returns the names applied. A database of a newer release is refused. */
export async function migrate(address: Address, options: MigrateOptions = {}): Promise<string[]> {
  const db = address.dialect === "postgres"
    ? knex({ client: "pg", connection: address.url, pool: { min: 1, max: 1 }, log: quiet })
    : knex({ client: require("knex/lib/dialects/better-sqlite3/index.js"), connection: { filename: address.url }, useNullAsDefault: true, pool: { min: 1, max: 1 } });
  try {
    const known = await migrationNames();
    await db.raw("CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at text NOT NULL)");
    return await db.transaction(async (trx) => {
      if (address.dialect === "postgres") await trx.raw("SELECT pg_advisory_xact_lock(7140425)");
      const done = new Set((await trx<{ name: string }>("schema_migrations").select("name")).map((r) => r.name));
      const newer = [...done].filter((n) => !known.includes(n));
      if (newer.length > 0) throw new ConfigError(`the database was written by a newer release (${newer[0]}); restore its backup or install that release`);
      const todo = known.filter((n) => !done.has(n) && (options.before === undefined || n < options.before));
      if (todo.length > 0 && done.size > 0) await options.backup?.([...done].sort().at(-1) ?? "");
      for (const name of todo) {
        const { up } = await import(pathToFileURL(new URL(name, folder).pathname).href) as { up(db: Knex): Promise<void> };
        await up(trx);
        await trx("schema_migrations").insert({ name, applied_at: new Date().toISOString() });
      }
      if (todo.length > 0 && address.dialect === "sqlite") await informPlanner(trx);
      return todo;
    });
  } catch (error) {
    throw address.dialect === "postgres" && isAway(error) ? new ConfigError(`MUSTER_DATABASE_URL: the database cannot be used (${error instanceof Error && error.message !== "" ? error.message : "no answer"})`) : error;
  } finally {
    await db.destroy();
  }
}

/** A consistent copy of an SQLite database while it is in use. */
export async function backupSqlite(file: string, to: string): Promise<void> {
  const handle = new Sqlite(file, { readonly: true });
  try { await handle.backup(to); } finally { handle.close(); }
}
