/** The composition root: what Muster is made of, in the order of its dependencies. Read it from top to bottom. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { bundledPlugins } from "../plugins/index.ts";
import { Bell } from "./kernel/bell.ts";
import { msBetween, systemClock, type Clock } from "./kernel/clock.ts";
import type { Config } from "./kernel/config.ts";
import { lockData, type DataLock } from "./kernel/data-lock.ts";
import { addressOf, backupSqlite, migrate, openDatabase, type Address } from "./kernel/db/migrate.ts";
import type { Database } from "./kernel/db/database.ts";
import { JobRunner } from "./kernel/jobs/runner.ts";
import type { JobHandler, Schedule } from "./kernel/jobs/types.ts";
import { openKeys, type Keys } from "./kernel/keys.ts";
import { endLeases } from "./kernel/lease.ts";
import { createLogger } from "./kernel/log.ts";
import { Metrics } from "./kernel/metrics.ts";
import type { LedgerState, Module } from "./kernel/module.ts";
import { oldestUndelivered, OutboxRelay } from "./kernel/outbox.ts";
import { startPlugins, type PluginHost } from "./kernel/plugins/start.ts";
import { Scheduler } from "./kernel/scheduler.ts";
import type { Kernel } from "./kernel/unit.ts";
import { upkeepJobs, upkeepSchedules } from "./kernel/upkeep.ts";
import { release } from "./kernel/release.ts";
import { watchVitals } from "./kernel/vitals.ts";
import { WorkerPool } from "./kernel/workers.ts";
import { accessModule } from "./modules/access/index.ts";
import { applianceModule, openJobCounts, type ApplianceDeps } from "./modules/appliance/index.ts";
import { attemptsModule } from "./modules/attempts/index.ts";
import { audiencesModule } from "./modules/audiences/index.ts";
import { certificatesModule } from "./modules/certificates/index.ts";
import { coursesModule } from "./modules/courses/index.ts";
import { directoryModule } from "./modules/directory/index.ts";
import { obligationsModule } from "./modules/obligations/index.ts";
import { peopleModule } from "./modules/people/index.ts";
import { proofsModule } from "./modules/proofs/index.ts";
import { requirementsModule } from "./modules/requirements/index.ts";
import { reportsModule } from "./modules/reports/index.ts";
import { settingsModule } from "./modules/settings/index.ts";
import { rolloutsModule } from "./modules/rollouts/index.ts";
import { ledgerModule, ledgerPort, startSealer, type Ledger, type Sealer } from "./modules/ledger/index.ts";

export interface ComposeOptions {
  readonly config: Config;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Tests run background work by hand. */
  readonly background?: boolean;
}

/** All that runs in one process, without its listening server. */
export interface Muster {
  readonly kernel: Kernel;
  readonly config: Config;
  readonly keys: Keys;
  readonly modules: readonly Module[];
  readonly plugins: PluginHost;
  readonly runner: JobRunner;
  readonly relay: OutboxRelay;
  readonly scheduler: Scheduler;
  readonly sealer: Sealer;
  readonly metrics: Metrics;
  readonly address: Address;
  /** Stops background work, then closes the database; what was not finished is handed back. */
  close(): Promise<void>;
}

/** The modules by their numbers in the module map; a call goes to a lower one only. */
const nouns = (certificateFormat: () => URL): Module[] => [
  settingsModule,
  peopleModule,
  accessModule,
  directoryModule,
  coursesModule,
  proofsModule,
  certificatesModule(certificateFormat),
  audiencesModule,
  requirementsModule,
  obligationsModule,
  attemptsModule,
  rolloutsModule,
  reportsModule,
];

const modulesOf = (plugins: PluginHost, keys: Keys, machinery: ApplianceDeps): Module[] =>
  [ledgerModule(keys), ...nouns(() => plugins.one("certificate-format").module), applianceModule(machinery), ...plugins.modules];

/** What `muster verify` holds against the ledger, without starting anything. */
export const ledgerStates = (): LedgerState[] => nouns(() => { throw new Error("nothing is rendered here"); }).flatMap((m) => m.states ?? []);

/** Where the database is. */
export const databaseAddress = (config: Config): Address => addressOf(config.databaseUrl?.reveal() ?? join(config.dataDir, "muster.db"));

/** Opens the database after bringing its schema up to date, with a backup first. */
export async function openMigrated(address: Address, dataDir: string): Promise<Database> {
  await migrate(address, {
    backup: async (current) => { if (address.dialect === "sqlite") await backupSqlite(address.url, join(dataDir, `before-${current.slice(0, 4)}-${randomUUID().slice(0, 8)}.backup.db`)); },
  });
  return openDatabase(address);
}

/** Each start of a process is a writer of its own to the ledger; the number is never given twice. Alone, it need not wait for leases of the dead. */
async function nextEpoch(database: Database, isAlone: boolean): Promise<number> {
  return database.unit(async (db) => {
    if (isAlone) await endLeases(db);
    await db.run("INSERT INTO instance_facts (name, value) VALUES ('writer_epoch', '0') ON CONFLICT DO NOTHING");
    await db.run("UPDATE instance_facts SET value = CAST(CAST(value AS integer) + 1 AS text) WHERE name = 'writer_epoch'");
    const [row] = await db.rows<{ value: string }>("SELECT value FROM instance_facts WHERE name = 'writer_epoch'");
    return Number(row?.value ?? 1);
  });
}

/** Opens everything in order; what was opened is closed again when a later step refuses. */
export async function compose(options: ComposeOptions): Promise<Muster> {
  const { config } = options;
  const clock = options.clock ?? systemClock;
  const log = options.log ?? createLogger(config.logLevel);
  const address = databaseAddress(config);
  const isAlone = address.dialect === "sqlite";
  const lock: DataLock = lockData(config.dataDir, { pid: process.pid, port: config.port, since: systemClock.now() }, isAlone);
  const closing: (() => Promise<void> | void)[] = [() => { lock.release(); }];
  try {
    const keys = openKeys(join(config.dataDir, "keys"));
    const database = await openMigrated(address, config.dataDir);
    closing.push(() => database.close());
    const workers = new WorkerPool();
    closing.push(() => workers.close());
    const plugins = await startPlugins({ bundled: bundledPlugins, folders: config.pluginDirs, without: config.without, database, clock, log, home: config.dataDir });
    closing.push(() => plugins.stop());
    const epoch = await nextEpoch(database, isAlone);
    const holder = `${hostname()}-${process.pid}-${epoch}`;
    const ledger: Ledger = ledgerPort(keys, { id: hostname(), epoch });
    const kernel: Kernel = { clock, database, ledger, files: plugins.one("files"), workers, bell: new Bell(), log, tenantId: "main" };
    const vitals = watchVitals();
    closing.push(() => { vitals.stop(); });
    const machinery: ApplianceDeps = {
      runner: () => runner, plugins: () => plugins.facts(), sealer: () => sealer.status(), vitals, home: config.dataDir, version: release, startedAt: clock.now(),
    };
    const metrics = new Metrics({
      vitals, version: release, jobsByState: async () => openJobCounts(database.read), ledgerLagS: () => sealer.status().lagMs / 1_000,
      outboxLagS: async () => { const oldest = await oldestUndelivered(database.read); return oldest === null ? 0 : Math.max(0, msBetween(oldest, clock.now()) / 1_000); },
      pluginFailures: () => Object.fromEntries(plugins.facts().map((p) => [p.id, p.failures.count])),
    });
    database.watch = metrics;
    const modules = modulesOf(plugins, keys, machinery);
    const jobs: Record<string, JobHandler> = Object.assign({}, upkeepJobs, plugins.jobs, ...modules.map((m) => m.jobs ?? {}));
    const schedules: Schedule[] = [...upkeepSchedules, ...plugins.schedules, ...modules.flatMap((m) => m.schedules ?? [])];
    const relay = new OutboxRelay(kernel, [...modules.flatMap((m) => m.events ?? []), ...plugins.subscribers], holder);
    const runner = new JobRunner(kernel, { ...jobs, "event.deliver": relay.deliverer }, { onEnd: metrics.job });
    const scheduler = new Scheduler(kernel, schedules, holder);
    const sealer = startSealer({ database, keys, clock, log, holder, ledger, ...(options.background === false ? { everyMs: 3_600_000 } : {}) });
    if (options.background !== false) {
      await runner.start();
      relay.start();
      scheduler.start();
    }
    closing.push(() => sealer.stop(), () => scheduler.stop(), () => relay.stop(), () => runner.stop());
    return { kernel, config, keys, modules, plugins, runner, relay, scheduler, sealer, metrics, address, close: () => closeAll(closing) };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function closeAll(closing: (() => Promise<void> | void)[]): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close();
}
