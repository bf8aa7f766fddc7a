/**
 * The unit of work: one transaction in which an operation's rows, its ledger entries, its events and its jobs commit together.
 * HTTP, jobs, events, the command line and plugins all come through here.
 */
import type { Logger } from "pino";
import type { Bell } from "./bell.ts";
import type { Clock } from "./clock.ts";
import { anonymous, systemActor, type Actor, type AuditEntry, type Ctx, type EmittedEvent, type Upload } from "./ctx.ts";
import type { Database, Db, UnitOptions } from "./db/database.ts";
import type { Failure } from "./errors.ts";
import type { Files } from "./files.ts";
import { newId } from "./ids.ts";
import { enqueue } from "./jobs/queue.ts";
import type { LedgerPort } from "./ledger.ts";
import type { WorkerPool } from "./workers.ts";

export interface Kernel {
  readonly clock: Clock;
  readonly database: Database;
  readonly ledger: LedgerPort;
  readonly files: Files;
  readonly workers: WorkerPool;
  readonly bell: Bell;
  readonly log: Logger;
  readonly tenantId: string;
}

/** Who acts and how the unit is bounded. */
export interface UnitBy extends UnitOptions {
  readonly actor: Actor;
  readonly requestId: string;
  readonly peer?: string;
  readonly agent?: string;
  readonly upload?: Upload | null;
  /** The action without which a commit is refused: a change that leaves no entry is a bug. */
  readonly mustAudit?: (value: unknown) => boolean;
  readonly device?: string | null;
  /** Told after the commit by which token to know this browser again. */
  readonly onDevice?: (token: string, expiresAt: string) => void;
  /** Told after the commit which login to set (`null`: none any more). */
  readonly onLogin?: (token: string | null, expiresAt: string | undefined) => void;
}

/** Thrown by an operation whose refusal must be remembered: the unit commits, then the caller gets the failure. */
export class CommittedRefusal extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

interface Buffers { readonly audits: AuditEntry[]; readonly events: EmittedEvent[]; jobs: number; login: { token: string | null; expiresAt: string | undefined } | undefined; device: { token: string; expiresAt: string } | undefined }

function buildCtx(kernel: Kernel, by: UnitBy, db: Db, now: string, buffers: Buffers): Ctx {
  const id = (): string => newId(kernel.clock.ms());
  return {
    actor: by.actor, tenantId: kernel.tenantId, db, now, requestId: by.requestId, peer: by.peer ?? "-", agent: by.agent ?? "", log: kernel.log, upload: by.upload ?? null,
    newId: id,
    setLogin: (token, expiresAt) => { buffers.login = { token, expiresAt }; },
    device: by.device ?? null,
    setDevice: (token, expiresAt) => { buffers.device = { token, expiresAt }; },
    audit: (action, target, change = {}) => { buffers.audits.push({ action, target, ...change }); },
    emit: (name, payload) => { buffers.events.push({ id: id(), name, payload }); },
    enqueue: async (job) => { buffers.jobs++; return enqueue(db, now, id, kernel.tenantId, by.actor.id, job); },
  };
}

// hot
async function writeEvents(db: Db, tenantId: string, now: string, events: readonly EmittedEvent[]): Promise<void> {
  const values: string[] = [];
  for (const e of events) values.push(e.id, tenantId, e.name, JSON.stringify(e.payload), now);
  await db.run(`INSERT INTO outbox_events (id, tenant_id, name, payload, created_at) VALUES ${events.map(() => "(?,?,?,?,?)").join(",")}`, values);
}

/** Runs `work` as one durable transaction; resolves after the commit. */
export async function runUnit<T>(kernel: Kernel, by: UnitBy, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  let buffers: Buffers = { audits: [], events: [], jobs: 0, login: undefined, device: undefined };
  let tried: Db | undefined;
  const settle = (isCommitted: boolean): void => { if (tried) kernel.ledger.settled(tried, isCommitted); };
  const outcome = await kernel.database.unit(async (db): Promise<{ value: T } | { refusal: Failure }> => {
    settle(false);
    tried = db;
    buffers = { audits: [], events: [], jobs: 0, login: undefined, device: undefined };
    const ctx = buildCtx(kernel, by, db, kernel.clock.now(), buffers);
    let result: { value: T } | { refusal: Failure };
    try { result = { value: await work(ctx) }; } catch (error) {
      if (!(error instanceof CommittedRefusal)) throw error;
      result = { refusal: error.failure };
    }
    if (buffers.audits.length === 0 && "value" in result && by.mustAudit?.(result.value) === true) throw new Error("a write left no ledger entry; it was undone");
    if (buffers.audits.length > 0) await kernel.ledger.append({ db, tenantId: kernel.tenantId, now: ctx.now, actor: by.actor, requestId: by.requestId, newId: ctx.newId }, buffers.audits);
    if (buffers.events.length > 0) await writeEvents(db, kernel.tenantId, ctx.now, buffers.events);
    return result;
  }, by.deadlineMs === undefined ? {} : { deadlineMs: by.deadlineMs }).catch((error: unknown) => { settle(false); throw error; });
  settle(true);
  if (buffers.audits.length > 0) kernel.bell.ring("ledger");
  if (buffers.events.length > 0) kernel.bell.ring("outbox");
  if (buffers.jobs > 0) kernel.bell.ring("jobs");
  if ("refusal" in outcome) throw outcome.refusal;
  if (buffers.login) by.onLogin?.(buffers.login.token, buffers.login.expiresAt);
  if (buffers.device) by.onDevice?.(buffers.device.token, buffers.device.expiresAt);
  return outcome.value;
}

/** A context over the read-only connection, for reads that leave no trace. Writing through it is a bug and throws. */
export function readCtx(kernel: Kernel, by: UnitBy): Ctx {
  const refuse = (): never => { throw new Error("a read operation tried to write"); };
  return { ...buildCtx(kernel, by, kernel.database.read, kernel.clock.now(), { audits: [], events: [], jobs: 0, login: undefined, device: undefined }), audit: refuse, emit: refuse, setLogin: refuse, setDevice: refuse, enqueue: refuse };
}

/** A named part of Muster doing one unit of work. */
export const asSystem = <T>(kernel: Kernel, name: string, work: (ctx: Ctx) => Promise<T>, deadlineMs = 10_000): Promise<T> =>
  runUnit(kernel, { actor: systemActor(name), requestId: `${name}-${newId(kernel.clock.ms())}`, deadlineMs }, work);

export { anonymous };
