/** The kernel alone on a fresh migrated database, for tests of mechanism below the modules. Time moves only when told. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { inject } from "vitest";
import { diskFiles } from "../../plugins/disk/files.ts";
import { Bell } from "../../server/kernel/bell.ts";
import { steppedClock } from "../../server/kernel/clock.ts";
import type { AuditEntry } from "../../server/kernel/ctx.ts";
import { migrate, openDatabase } from "../../server/kernel/db/migrate.ts";
import type { Kernel } from "../../server/kernel/unit.ts";
import { WorkerPool } from "../../server/kernel/workers.ts";
import { createDatabase, dropDatabase, type Cluster } from "./postgres.ts";

export interface BareKernel extends Kernel {
  readonly clock: ReturnType<typeof steppedClock>;
  readonly home: string;
  /** Entries the units left, in order. */
  readonly entries: AuditEntry[];
  /** Log lines as objects. */
  readonly lines: Record<string, unknown>[];
  /** A second process on the same database (PostgreSQL) or the same handle (SQLite). */
  twin(): Kernel;
  close(): Promise<void>;
}

export const isPostgres = (): boolean => inject("postgres") !== null;

export async function bareKernel(start = "2027-03-01T08:00:00.000Z"): Promise<BareKernel> {
  const home = mkdtempSync(join(tmpdir(), "muster-kernel-"));
  const server = inject("postgres");
  const cluster: Cluster = { url: (name) => { const u = new URL(server ?? ""); u.pathname = `/${name}`; return u.href; }, pid: undefined, stop: () => Promise.resolve() };
  const address = server === null ? { dialect: "sqlite" as const, url: join(home, "muster.db") }
    : { dialect: "postgres" as const, url: await createDatabase(cluster, `kernel_${randomUUID().replaceAll("-", "")}`, "muster_template") };
  if (server === null) await migrate(address);
  const databases = [openDatabase(address)];
  const [database] = databases;
  if (!database) throw new Error("no database");
  const entries: AuditEntry[] = [];
  const lines: Record<string, unknown>[] = [];
  const workers = new WorkerPool();
  const clock = steppedClock(start);
  const kernel: Kernel & { clock: typeof clock } = {
    clock, database, files: await diskFiles(join(home, "files")), workers, bell: new Bell(), tenantId: "main",
    ledger: { append: async (_context, added) => { entries.push(...added); }, settled: () => { /* nothing is numbered here */ } },
    log: pino({ level: "debug", base: null }, { write: (line: string) => { lines.push(JSON.parse(line) as Record<string, unknown>); } }),
  };
  return Object.assign(kernel, {
    home, entries, lines,
    twin: (): Kernel => {
      if (address.dialect === "sqlite") return kernel;
      const other = openDatabase(address);
      databases.push(other);
      return { ...kernel, database: other, bell: new Bell() };
    },
    close: async () => {
      await workers.close();
      for (const d of databases) await d.close();
      if (server !== null) await dropDatabase(address.url);
      rmSync(home, { recursive: true, force: true });
    },
  });
}
