/** Looking at an installation beside a running Muster: nothing is created, nothing is written. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { databaseAddress } from "../app.ts";
import { Bell } from "../kernel/bell.ts";
import { systemClock } from "../kernel/clock.ts";
import { ConfigError, type Config } from "../kernel/config.ts";
import { systemActor, type Ctx } from "../kernel/ctx.ts";
import type { Database } from "../kernel/db/database.ts";
import { openDatabase } from "../kernel/db/migrate.ts";
import { openKeys, type Keys } from "../kernel/keys.ts";
import { createLogger } from "../kernel/log.ts";
import { readCtx, type Kernel } from "../kernel/unit.ts";
import { WorkerPool } from "../kernel/workers.ts";

export interface Reading { readonly ctx: Ctx; readonly database: Database; readonly keys: Keys; close(): Promise<void> }

const refused = (): never => { throw new Error("a command that only reads tried to write"); };

export function openReading(config: Config): Reading {
  const address = databaseAddress(config);
  const keyDir = join(config.dataDir, "keys");
  if (address.dialect === "sqlite" && !existsSync(address.url)) throw new ConfigError(`there is no database at ${address.url}; is MUSTER_DATA right?`);
  if (!existsSync(keyDir)) throw new ConfigError(`there is no key folder at ${keyDir}; is MUSTER_DATA right?`);
  const database = openDatabase(address);
  const workers = new WorkerPool();
  const kernel: Kernel = {
    clock: systemClock, database, workers, bell: new Bell(), log: createLogger("silent"), tenantId: "main",
    ledger: { append: refused, settled: refused },
    files: { put: refused, open: refused, read: refused, has: refused, list: refused, check: refused, remove: refused },
  };
  const ctx = readCtx(kernel, { actor: systemActor("command-line"), requestId: `command-${process.pid}` });
  return { ctx, database, keys: openKeys(keyDir), close: async () => { await workers.close(); await database.close(); } };
}
