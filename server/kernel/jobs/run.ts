/** One run of one job: hands the handler its units, each under the lease, and keeps what they achieved. */
import { systemActor, type Ctx } from "../ctx.ts";
import { readCtx, runUnit, type Kernel } from "../unit.ts";
import { keep, renew, type Lease, type Progress } from "./store.ts";
import type { JobRow } from "./table.ts";
import type { JobHandler, JobRun } from "./types.ts";

/** The job is no longer ours: cancelled, given to another process, or this process stops. Nothing of the unit is kept. */
export class LostLease extends Error {
  constructor(id: string) { super(`the lease of job ${id} is gone`); }
}

export const unitMs = 10_000;

export class Run implements JobRun {
  readonly row: JobRow;
  readonly handler: JobHandler;
  readonly lease: Lease;
  readonly files: Kernel["files"];
  readonly workers: Kernel["workers"];
  readonly log: Kernel["log"];
  /** `performance.now()` of the last sign of life. */
  activeAt = performance.now();
  isLost = false;
  isStopping = false;
  /** The handler saw that it should stop: its return is an interruption, not an end. */
  sawStop = false;
  readonly #kernel: Kernel;
  readonly #leaseMs: number;
  #cursor: string;
  #done: number;
  #hasKept = false;

  constructor(kernel: Kernel, row: JobRow, handler: JobHandler, leaseMs: number) {
    this.#kernel = kernel;
    this.#leaseMs = leaseMs;
    this.row = row;
    this.handler = handler;
    this.lease = { id: row.id, epoch: row.leaseEpoch };
    this.files = kernel.files;
    this.workers = kernel.workers;
    this.log = kernel.log.child({ job: row.id, kind: row.kind });
    this.#cursor = JSON.stringify(row.cursor);
    this.#done = row.doneCount;
  }

  get id(): string { return this.row.id; }
  get key(): string { return this.row.key; }
  get tenantId(): string { return this.row.tenantId; }
  get payload(): unknown { return this.row.payload; }
  get cursor(): unknown { return this.row.cursor; }
  get attempt(): number { return this.row.attempts; }
  get by(): Parameters<typeof runUnit>[1] {
    return { actor: this.handler.actorOf?.(this.row.payload) ?? systemActor(this.handler.actor), requestId: `job-${this.row.id}`, deadlineMs: unitMs };
  }

  now(): string { return this.#kernel.clock.now(); }
  leaseUntil(): string { return new Date(this.#kernel.clock.ms() + this.#leaseMs).toISOString(); }

  stopping(): boolean {
    const stop = this.isStopping || this.isLost;
    this.sawStop ||= stop;
    return stop;
  }

  async read<T>(work: (ctx: Ctx) => Promise<T>): Promise<T> {
    this.activeAt = performance.now();
    return work(readCtx(this.#kernel, this.by));
  }

  async unit<T>(work: (ctx: Ctx) => Promise<{ value: T } & Progress>): Promise<T> {
    // While stopping, a job that has stored its place is interrupted here; one that has not may finish what it began.
    if (this.isLost || (this.isStopping && this.#hasKept)) throw new LostLease(this.id);
    this.activeAt = performance.now();
    const result = await runUnit(this.#kernel, this.by, async (ctx) => {
      if (!(await renew(ctx.db, this.lease, this.leaseUntil()))) throw new LostLease(this.id);
      const made = await work(ctx);
      await keep(ctx.db, this.lease, made, this.#advances(made));
      return made;
    });
    this.activeAt = performance.now();
    if (result.cursor !== undefined) { this.#cursor = JSON.stringify(result.cursor); this.#hasKept = true; }
    this.#done = Math.max(this.#done, result.done ?? 0);
    return result.value;
  }

  #advances(made: Progress): boolean {
    if (made.done !== undefined) return made.done > this.#done;
    return made.cursor !== undefined && JSON.stringify(made.cursor) !== this.#cursor;
  }
}
