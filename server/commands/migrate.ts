import { databaseAddress, openMigrated } from "../app.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Config } from "../kernel/config.ts";
import { lockData } from "../kernel/data-lock.ts";
import { migrationNames } from "../kernel/db/migrate.ts";

/** Refused by name while another process has the folder. */
export async function migrateCommand(config: Config): Promise<number> {
  const address = databaseAddress(config);
  const lock = lockData(config.dataDir, { pid: process.pid, port: config.port, since: systemClock.now() }, address.dialect === "sqlite");
  try {
    await (await openMigrated(address, config.dataDir)).close();
    process.stdout.write(`The database is up to date (${(await migrationNames()).at(-1) ?? "empty"}).\n`);
    return 0;
  } finally {
    lock.release();
  }
}
