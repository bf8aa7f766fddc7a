/** Everything that can be wrong with an installation, seen from outside the running process. */
import { accessSync, constants, existsSync } from "node:fs";
import { databaseAddress } from "../app.ts";
import { msBetween, systemClock } from "../kernel/clock.ts";
import type { Config } from "../kernel/config.ts";
import { migrationNames } from "../kernel/db/migrate.ts";
import { release } from "../kernel/release.ts";
import { watchVitals } from "../kernel/vitals.ts";
import { judge, measure, worst } from "../modules/appliance/index.ts";
import type { Check } from "../modules/appliance/contract.ts";
import { oldestUnsealed } from "../modules/ledger/index.ts";
import { openReading } from "./reading.ts";

const marks = { ok: "ok  ", warn: "warn", bad: "BAD " } as const;
const lagAlarmMs = 60_000;

function folder(config: Config): Check {
  if (!existsSync(config.dataDir)) return { code: "doctor.folder.absent", level: "warn", sentence: "The data folder does not exist yet; the first start creates it.", values: { path: config.dataDir } };
  try { accessSync(config.dataDir, constants.R_OK | constants.W_OK | constants.X_OK); } catch {
    return { code: "doctor.folder.closed", level: "bad", sentence: "The data folder cannot be written by this user.", values: { path: config.dataDir } };
  }
  return { code: "doctor.folder.ok", level: "ok", sentence: "The data folder can be written.", values: { path: config.dataDir } };
}

async function installed(config: Config): Promise<Check[]> {
  const reading = openReading(config);
  const vitals = watchVitals();
  try {
    const { database } = reading;
    const done = new Set((await database.read.rows<{ name: string }>("SELECT name FROM schema_migrations")).map((r) => r.name));
    const open = (await migrationNames()).filter((n) => !done.has(n)).length;
    const schema: Check = open === 0 ? { code: "doctor.schema.ok", level: "ok", sentence: "The database is up to date.", values: {} }
      : { code: "doctor.schema.open", level: "warn", sentence: "The next start brings the database up to date.", values: { migrations: open } };
    if (open > 0) return [schema];
    const now = systemClock.now();
    const oldest = await oldestUnsealed(database.read);
    const lagMs = oldest === undefined ? 0 : Math.max(0, msBetween(oldest, now));
    const problems = reading.keys.signer === null ? ["no_key"] : lagMs > lagAlarmMs ? ["lagging"] : [];
    const measured = await measure(database.read, now, { runner: () => ({ handlerOf: () => undefined }), plugins: () => [], sealer: () => ({ lagMs, problems }), vitals, home: config.dataDir, version: release, startedAt: now });
    // What concerns the process that serves can only be asked there.
    return [schema, ...judge(measured).filter((c) => !/^health\.(memory|loop|plugin)/.test(c.code))];
  } finally {
    vitals.stop();
    await reading.close();
  }
}

export async function doctorCommand(config: Config, isJson: boolean): Promise<number> {
  const checks: Check[] = [{ code: "doctor.version", level: "ok", sentence: `Muster ${release} on Node ${process.versions.node}.`, values: {} }, folder(config)];
  const address = databaseAddress(config);
  if (address.dialect === "sqlite" && !existsSync(address.url)) checks.push({ code: "doctor.database.absent", level: "warn", sentence: "There is no database yet; the first start creates it.", values: { path: address.url } });
  else {
    try { checks.push(...await installed(config)); } catch (error) {
      checks.push({ code: "doctor.database.away", level: "bad", sentence: `The installation cannot be read: ${error instanceof Error ? error.message : String(error)}`, values: {} });
    }
  }
  const level = worst(checks);
  const line = (c: Check): string => `${marks[c.level]} ${c.sentence}${Object.keys(c.values).length > 0 ? ` (${Object.entries(c.values).map(([k, v]) => `${k} ${v}`).join(", ")})` : ""}\n`;
  process.stdout.write(isJson ? `${JSON.stringify({ level, checks })}\n` : checks.map(line).join(""));
  return level === "bad" ? 1 : 0;
}
