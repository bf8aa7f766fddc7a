/**
 * Runs due jobs of this process, most urgent first: claim under a lease, run, then done, tried again later, or parked.
 * A job belongs to nobody for ever: every write of its holder carries the epoch, so a holder that was too slow changes nothing.
 */
import { systemActor } from "../ctx.ts";
import { Failure } from "../errors.ts";
import { runUnit, type Kernel } from "../unit.ts";
import { backoffMs } from "./backoff.ts";
import { LostLease, Run, unitMs } from "./run.ts";
import { abandoned, abandonedAtMost, attemptsOf, claim, due, end, finish, noteAbandoned, renew, requeue } from "./store.ts";
import type { JobRow } from "./table.ts";
import type { JobHandler } from "./types.ts";

export interface RunnerOptions {
  /** Jobs of all kinds at once. Default 8. */
  readonly slots?: number;
  /** Default 60 s, renewed at a third of it. */
  readonly leaseMs?: number;
  /** A run without a unit for this long has failed. Default 15 min. */
  readonly stallMs?: number;
  /** Told of every end of a run, for metrics. */
  readonly onEnd?: (kind: string, outcome: "done" | "again" | "dead" | "lost" | "handed_back", seconds: number) => void;
}

type Outcome = Parameters<NonNullable<RunnerOptions["onEnd"]>>[1];
const pollMs = 1_000;
const restMs = 200;
// More than there is room for: some kinds may be full, some jobs under suspicion.
const lookAhead = 6;
// Work nobody waits for (priority 6 and later) starts while the main thread is quiet, but at least once in this time.
const quietUtilisation = 0.6;
const background = { from: 6, atLeastEveryMs: 2_000, windowMs: 100 } as const;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
const isOutage = (error: unknown): boolean => error instanceof Failure && (error.code === "request.unavailable" || error.code === "request.full");

export class JobRunner {
  readonly #kernel: Kernel;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #slots: number;
  readonly #leaseMs: number;
  readonly #stallMs: number;
  readonly #onEnd: NonNullable<RunnerOptions["onEnd"]>;
  readonly #running = new Map<Run, Promise<void>>();
  readonly #pauses = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #filling: Promise<number> = Promise.resolve(0);
  #wake: NodeJS.Timeout | null = null;
  #wakeAt = 0;
  #launched = 0;
  #deaf: (() => void) | null = null;
  #stopped = false;
  #loop = performance.eventLoopUtilization();
  #loopAt = performance.now();
  #isQuiet = true;
  #backgroundAt = 0;

  constructor(kernel: Kernel, handlers: Readonly<Record<string, JobHandler>>, options: RunnerOptions = {}) {
    this.#kernel = kernel;
    this.#handlers = new Map(Object.entries(handlers));
    this.#slots = options.slots ?? 8;
    this.#leaseMs = options.leaseMs ?? 60_000;
    this.#stallMs = options.stallMs ?? 900_000;
    this.#onEnd = options.onEnd ?? (() => { /* nobody counts */ });
  }

  handlerOf(kind: string): JobHandler | undefined { return this.#handlers.get(kind); }
  get runningCount(): number { return this.#running.size; }

  /** Only jobs of priority 0 start while any reason to pause stands. */
  pause(reason: string): void { this.#pauses.add(reason); }
  resume(reason: string): void { if (this.#pauses.delete(reason)) this.#soon(0); }

  async start(): Promise<void> {
    await this.recover(this.#isAlone);
    this.#deaf = this.#kernel.bell.on("jobs", () => { this.#soon(restMs); });
    this.#timers.push(setInterval(() => { this.#soon(0); }, pollMs), setInterval(() => { void this.#tend(); }, this.#leaseMs / 3));
    this.#soon(0);
  }

  // Locks of rows are empty where one process writes alone: then nobody else can hold a running job.
  get #isAlone(): boolean { return this.#kernel.database.read.sql.forUpdateSkipLocked === ""; }

  /** Ends after the current units; jobs that did not finish within `graceMs` are handed back and shut out. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopped = true;
    this.#deaf?.();
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    if (this.#wake) clearTimeout(this.#wake);
    await this.#filling.catch(() => 0);
    for (const run of this.#running.keys()) run.isStopping = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, graceMs); });
    await Promise.race([Promise.all(this.#running.values()), late]);
    clearTimeout(timer);
    for (const run of this.#running.keys()) {
      run.isLost = true;
      await this.#kernel.database.unit((db) => requeue(db, run.lease, this.#kernel.clock.now(), null, false)).catch(() => false);
    }
  }

  #soon(ms: number): void {
    const at = performance.now() + ms;
    if (this.#stopped || this.#deaf === null || (this.#wake && this.#wakeAt <= at)) return;
    if (this.#wake) clearTimeout(this.#wake);
    this.#wakeAt = at;
    this.#wake = setTimeout(() => {
      this.#wake = null;
      this.#fill().catch((error: unknown) => { this.#kernel.log.warn({ err: error }, "jobs could not be claimed; trying again"); });
    }, ms);
  }

  /** Starts what fits and runs until nothing of at most this priority is due; resolves to the number of runs. For tests and the command line. */
  async runUntilIdle(lastPriority = 9): Promise<number> {
    const before = this.#launched;
    for (;;) {
      const started = await this.#fill(lastPriority);
      if (this.#running.size > 0) await Promise.race(this.#running.values());
      else if (started === 0) return this.#launched - before;
    }
  }

  #fill(lastPriority?: number): Promise<number> {
    const next = this.#filling.then(() => this.#claimAll(lastPriority), () => this.#claimAll(lastPriority));
    this.#filling = next;
    return next;
  }

  #free(kind: string, taken: Map<string, number>): boolean {
    let busy = taken.get(kind) ?? 0;
    for (const run of this.#running.keys()) if (run.row.kind === kind) busy++;
    return busy < (this.#handlers.get(kind)?.atOnce ?? 1);
  }

  /** The last priority that may start now: people first, then what they wait for, then the rest. */
  #quietPriority(): number {
    const at = performance.now();
    if (at - this.#loopAt > background.windowMs) {
      const seen = performance.eventLoopUtilization();
      this.#isQuiet = performance.eventLoopUtilization(seen, this.#loop).utilization < quietUtilisation;
      this.#loop = seen;
      this.#loopAt = at;
    }
    if (!this.#isQuiet && at - this.#backgroundAt < background.atLeastEveryMs) return background.from - 1;
    this.#backgroundAt = at;
    return 9;
  }

  async #claimAll(lastPriority?: number): Promise<number> {
    let started = 0;
    while (!this.#stopped && this.#running.size < this.#slots) {
      const kinds = [...this.#handlers.keys()].filter((kind) => this.#free(kind, new Map()));
      const now = this.#kernel.clock.now();
      const found = kinds.length === 0 ? [] : await due(this.#kernel.database.read, now, this.#pauses.size > 0 ? 0 : lastPriority ?? this.#quietPriority(), kinds, 2 * (this.#slots - this.#running.size) + lookAhead);
      if (found.length === 0) break;
      const rows = await this.#claim(found.map((f) => f.id), now);
      for (const row of rows) this.#launch(row);
      started += rows.length;
      if (rows.length === 0) break;
    }
    return started;
  }

  #claim(ids: readonly string[], now: string): Promise<JobRow[]> {
    const leaseUntil = new Date(this.#kernel.clock.ms() + this.#leaseMs).toISOString();
    return this.#kernel.database.unit((db) => {
      const taken = new Map<string, number>();
      let room = this.#slots - this.#running.size;
      // Jobs under suspicion of ending the process run one at a time, so that bystanders are not parked with the culprit.
      let suspects = [...this.#running.keys()].filter((run) => run.row.abandonedCount > 0).length;
      return claim(db, ids, (job) => {
        if (room === 0 || !this.#free(job.kind, taken) || (job.abandonedCount > 0 && suspects > 0)) return false;
        taken.set(job.kind, (taken.get(job.kind) ?? 0) + 1);
        room--;
        if (job.abandonedCount > 0) suspects++;
        return true;
      }, now, leaseUntil);
    });
  }

  #launch(row: JobRow): void {
    const handler = this.#handlers.get(row.kind);
    if (!handler) return;
    const run = new Run(this.#kernel, row, handler, this.#leaseMs);
    this.#launched++;
    const began = performance.now();
    const ended = this.#work(run)
      .catch((error: unknown): Outcome => { run.log.warn({ err: error }, "the end of a job could not be stored; its lease runs out"); return "lost"; })
      .then((outcome) => {
        this.#running.delete(run);
        this.#onEnd(row.kind, outcome, (performance.now() - began) / 1_000);
        this.#soon(0);
      });
    this.#running.set(run, ended);
  }

  async #work(run: Run): Promise<Outcome> {
    try {
      const outcome = await run.handler.run(run);
      if (run.sawStop) return await this.#giveBack(run);
      return await this.#kernel.database.unit((db) => finish(db, run.lease, run.now(), outcome)) ? "done" : "lost";
    } catch (error) {
      if (!(error instanceof LostLease)) return this.#fail(run, error);
      return run.isStopping ? this.#giveBack(run) : "lost";
    }
  }

  async #giveBack(run: Run): Promise<Outcome> {
    return await this.#kernel.database.unit((db) => requeue(db, run.lease, run.now(), null, false)) ? "handed_back" : "lost";
  }

  async #fail(run: Run, error: unknown): Promise<Outcome> {
    const later = (attempt: number): string => new Date(this.#kernel.clock.ms() + backoffMs(attempt, Math.random())).toISOString();
    // The database or the disk is away: that is not the job's doing and costs no attempt.
    if (isOutage(error)) return await this.#kernel.database.unit((db) => requeue(db, run.lease, later(3), messageOf(error), false)) ? "again" : "lost";
    const attempts = await this.#kernel.database.unit((db) => attemptsOf(db, run.lease));
    if (attempts === undefined) return "lost";
    if (attempts >= (run.handler.attempts ?? 5)) return await this.#park(run.row, run.handler, messageOf(error)) ? "dead" : "lost";
    run.log.warn({ err: error, attempts }, "a job failed and will be tried again");
    return await this.#kernel.database.unit((db) => requeue(db, run.lease, later(attempts), messageOf(error), true)) ? "again" : "lost";
  }

  async #park(row: JobRow, handler: JobHandler | undefined, message: string): Promise<boolean> {
    const by = handler ? new Run(this.#kernel, row, handler, this.#leaseMs).by : { actor: systemActor("jobs"), requestId: `job-${row.id}`, deadlineMs: unitMs };
    const close = (tell: boolean) => runUnit(this.#kernel, by, async (ctx) => {
      if (!(await end(ctx.db, { id: row.id, epoch: row.leaseEpoch }, ctx.now, "dead", message))) return false;
      ctx.emit("jobs.parked", { jobId: row.id, kind: row.kind, key: row.key });
      if (tell) await handler?.ended?.(ctx, row.payload, "dead", message);
      return true;
    });
    const isParked = await close(true).catch((error: unknown) => {
      this.#kernel.log.error({ err: error, job: row.id, kind: row.kind }, "what a parked job leaves behind could not be tidied");
      return close(false);
    });
    if (isParked) this.#kernel.log.warn({ job: row.id, kind: row.kind, reason: message }, "a job was parked after its last attempt");
    return isParked;
  }

  /** Gives back jobs whose holder is gone; one that was abandoned too often without progress is parked. */
  async recover(all = false): Promise<void> {
    const rows = await this.#kernel.database.unit((db) => abandoned(db, this.#kernel.clock.now(), all));
    for (const row of rows) {
      if ([...this.#running.keys()].some((run) => run.id === row.id && run.lease.epoch === row.leaseEpoch && !run.isLost)) continue;
      const message = `The process ended ${row.abandonedCount + 1} times while this job ran.`;
      if (row.abandonedCount + 1 >= abandonedAtMost) await this.#park(row, this.#handlers.get(row.kind), message);
      else await this.#kernel.database.unit((db) => noteAbandoned(db, { id: row.id, epoch: row.leaseEpoch }, message));
    }
  }

  /** Renews leases, ends runs that hang, and takes up what others left. */
  async #tend(): Promise<void> {
    try {
      for (const run of this.#running.keys()) {
        if (performance.now() - run.activeAt > this.#stallMs) {
          await this.#fail(run, new Error(`no sign of life for ${Math.round(this.#stallMs / 1_000)} s`));
          run.isLost = true;
          this.#running.delete(run);
        } else if (!(await this.#kernel.database.unit((db) => renew(db, run.lease, run.leaseUntil())))) run.isLost = true;
      }
      await this.recover();
    } catch (error) {
      this.#kernel.log.warn({ err: error }, "leases of jobs could not be renewed; trying again");
    }
  }
}
