import type { Actor, Ctx } from "../ctx.ts";
import type { Files } from "../files.ts";
import type { WorkerPool } from "../workers.ts";
import type { Logger } from "pino";

/** One run of one job under one lease. After a crash the next run starts from the stored cursor. */
export interface JobRun {
  readonly id: string;
  readonly key: string;
  readonly tenantId: string;
  readonly payload: unknown;
  /** What the last committed `unit` stored; null at the first run. */
  readonly cursor: unknown;
  readonly attempt: number;
  readonly files: Files;
  readonly workers: WorkerPool;
  readonly log: Logger;
  /** ISO instant by the injected clock. */
  now(): string;
  /** True once the job was cancelled or the process stops: end after the current unit. */
  stopping(): boolean;
  /** Reads what is committed, without a transaction and without holding up writers. */
  read<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>;
  /**
   * One transaction under this lease (its epoch is checked first, a lost lease throws). Hold it short: ≤ 2,000 rows.
   * What the callback returns as `cursor`/`done`/`total` is stored in the same transaction.
   */
  unit<T>(work: (ctx: Ctx) => Promise<{ value: T; cursor?: unknown; done?: number; total?: number }>): Promise<T>;
}

export interface JobHandler {
  /** System actor the job writes as, e.g. "imports". */
  readonly actor: string;
  /** For jobs that work in the name of different actors; wins over `actor`. */
  actorOf?(payload: unknown): Actor;
  /** Returns the outcome shown in the console (plain JSON), or nothing. */
  run(job: JobRun): Promise<unknown>;
  /** Attempts before it is parked as dead. Default 5. */
  readonly attempts?: number;
  /** Runs at once at most (per process). Default 1. */
  readonly atOnce?: number;
  /** May a person cancel it? Default false. */
  readonly cancellable?: boolean;
  /** Told when the job is parked after its last attempt or cancelled, in the unit that does so; must not throw. */
  ended?(ctx: Ctx, payload: unknown, state: "dead" | "cancelled", error: string): Promise<void>;
}

export interface Schedule {
  /** `module.name`, unique. */
  readonly name: string;
  /** Five-field cron expression in UTC. */
  readonly cron: string;
  readonly actor: string;
  /** Runs in one unit once per tick over all processes. Keep it short: enqueue jobs. */
  run(ctx: Ctx): Promise<void>;
}
