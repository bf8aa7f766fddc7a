/** One Muster per data folder: an operating-system lock that ends with its process, however that ends. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { ConfigError } from "./config.ts";

export interface DataLock { release(): void }

const unwritable = (dir: string, error: unknown): ConfigError => new ConfigError(`MUSTER_DATA: ${dir} cannot be written (${error instanceof Error ? error.message : "unknown"})`);

/**
 * Creates the folder if needed and takes its lock; refuses with the name of the holder. `about` is shown to whoever comes second.
 * Not exclusive: several processes on PostgreSQL share the folder.
 */
export function lockData(dir: string, about: { readonly pid: number; readonly port: number; readonly since: string }, exclusive: boolean): DataLock {
  const note = join(dir, "lock.json");
  let handle: Sqlite.Database;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (!exclusive) return { release: () => { /* nothing is held */ } };
    handle = new Sqlite(join(dir, "lock.sqlite"), { timeout: 0 });
  } catch (error) {
    throw unwritable(dir, error);
  }
  try {
    handle.pragma("journal_mode = DELETE");
    handle.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    handle.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw unwritable(dir, error);
    let holder = "another process";
    try {
      const known = JSON.parse(readFileSync(note, "utf8")) as { pid: number; port: number; since: string };
      holder = `Muster process ${known.pid} (port ${known.port}, since ${known.since})`;
    } catch { /* the first one has not written its note yet */ }
    throw new ConfigError(`the data folder ${dir} is in use by ${holder}; stop it first or set MUSTER_DATA to another folder`);
  }
  try { writeFileSync(note, JSON.stringify(about), { mode: 0o600 }); } catch (error) {
    handle.close();
    throw unwritable(dir, error);
  }
  return { release: () => { handle.exec("ROLLBACK"); handle.close(); } };
}
