/**
 * What the ledger costs: microseconds per unit of three entries (a completion), rows sealed per second, time and memory of a whole check.
 * `node test/bench/ledger.ts [--engine sqlite|postgres] [--entries 100000]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { steppedClock } from "../../server/kernel/clock.ts";
import { systemActor, type AuditEntry } from "../../server/kernel/ctx.ts";
import { migrate, openDatabase } from "../../server/kernel/db/migrate.ts";
import { newId } from "../../server/kernel/ids.ts";
import { openKeys } from "../../server/kernel/keys.ts";
import { ledgerPort, startSealer, verifyLedger } from "../../server/modules/ledger/index.ts";
import type { Ctx } from "../../server/kernel/ctx.ts";
import { createDatabase, startPostgres } from "../harness/postgres.ts";

const { values } = parseArgs({ options: { engine: { type: "string", default: "sqlite" }, entries: { type: "string", default: "60000" } } });
const entries = Number(values.entries);
const home = mkdtempSync(join(tmpdir(), "muster-bench-ledger-"));
const cluster = values.engine === "postgres" ? await startPostgres({ fsync: true }) : undefined;
const address = cluster ? { dialect: "postgres" as const, url: await createDatabase(cluster, "bench") } : { dialect: "sqlite" as const, url: join(home, "muster.db") };
await migrate(address);
const database = openDatabase(address);
const keys = openKeys(join(home, "keys"));
const clock = steppedClock("2027-03-01T08:00:00.000Z");
const ledger = ledgerPort(keys, { id: "bench", epoch: 1 });
const sealer = startSealer({ database, keys, clock, log: pino({ level: "error" }), holder: "bench", ledger, everyMs: 3_600_000 });

const completion = (n: number): AuditEntry[] => {
  const subject = `p${Math.abs(n) % 500}`;
  const id = newId(clock.ms() + n);
  return [
    { action: "attempts.completed", target: { kind: "attempt", id, version: 2 }, subject, before: { state: "open", versionId: id, number: 1 }, after: { state: "completed", versionId: id, number: 1, score: 85 } },
    { action: "proofs.recorded", target: { kind: "proof", id, version: 1 }, subject, after: { personId: subject, courseId: id, versionId: id, basis: "attempt", assurance: "A", achievedAt: clock.now(), scorePercent: 85, expiresOn: null } },
    { action: "certificates.issued", target: { kind: "certificate", id, version: 1 }, subject, after: { number: `N-${n}`, proofId: id, recordSha256: "0".repeat(64), state: "valid", validThroughOn: "2028-03-01", pdfSha256: null } },
  ];
};
const actor = systemActor("bench");
const unit = (n: number, spent: { us: number }): Promise<void> => database.unit(async (db) => {
  const added = completion(n);
  const started = performance.now();
  await ledger.append({ db, tenantId: "main", now: clock.now(), actor, requestId: `req-${n}`, newId: () => newId(clock.ms() + n) }, added);
  spent.us += (performance.now() - started) * 1_000;
  ledger.settled(db, true);
});

const atOnce = values.engine === "postgres" ? 8 : 64;
const spent = { us: 0 };
const units = Math.round(entries / 3);
const warm = Math.min(1_000, units);
for (let n = 0; n < warm; n += atOnce) await Promise.all(Array.from({ length: atOnce }, (_, i) => unit(-1 - n - i, { us: 0 })));
const cpu = process.cpuUsage();
const began = performance.now();
for (let n = 0; n < units; n += atOnce) await Promise.all(Array.from({ length: Math.min(atOnce, units - n) }, (_, i) => unit(n + i, spent)));
const wall = performance.now() - began;
const used = process.cpuUsage(cpu);
const out: Record<string, number | string> = {
  engine: values.engine, entries: units * 3, append_us_per_unit_of_3: Math.round(spent.us / units), cpu_us_per_unit_of_3: Math.round((used.user + used.system) / units), entries_per_s: Math.round(units * 3 / wall * 1_000),
};

let longest = 0;
const original = database.unit.bind(database);
Object.assign(database, { unit: async (...args: Parameters<typeof original>) => { const t = performance.now(); const r = await original(...args); longest = Math.max(longest, performance.now() - t); return r; } });
const sealing = performance.now();
const { sealed } = await sealer.sealNow();
out["seal_rows_per_s"] = Math.round(sealed / (performance.now() - sealing) * 1_000);
out["longest_seal_ms"] = Math.round(longest);

const ctx = { db: database.read, tenantId: "main", actor, now: clock.now() } as Ctx;
let rss = 0;
const watch = setInterval(() => { rss = Math.max(rss, process.memoryUsage().rss); }, 50);
const checking = performance.now();
const checked = await verifyLedger(ctx, keys, []);
clearInterval(watch);
out["verify_s"] = Math.round((performance.now() - checking) / 100) / 10;
out["verify_rss_mb"] = Math.round(rss / 1_048_576);
out["verify"] = checked.ok ? "ok" : JSON.stringify(checked.findings[0]);
process.stdout.write(`${JSON.stringify(out, null, 2)}\n`);
await sealer.stop();
await database.close();
await cluster?.stop();
rmSync(home, { recursive: true, force: true });
