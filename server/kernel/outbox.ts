/**
 * Delivers events after the commit of their cause: in order of their ids, each subscriber in units of its own, at least once.
 * A subscriber that fails gets a job with retries and a dead letter, so that it delays nobody.
 */
import type { Enqueue } from "./ctx.ts";
import { systemActor } from "./ctx.ts";
import type { Db, Row } from "./db/database.ts";
import { Failure } from "./errors.ts";
import type { EventHandler } from "./events.ts";
import { instant, id, json, ref, table, text } from "./db/columns.ts";
import type { JobHandler } from "./jobs/types.ts";
import { releaseLease, takeLease } from "./lease.ts";
import { runUnit, type Kernel } from "./unit.ts";

/** A subscriber whose work is slow or outside (a plugin): always by job, never inside a transaction. */
export interface OutsideSubscriber {
  readonly event: string;
  readonly name: string;
  deliver(payload: unknown, event: { readonly id: string; readonly at: string }): Promise<void>;
}
/** `event` may be `*`. */
export type Subscriber = EventHandler | OutsideSubscriber;

const events = table("outbox_events", { id: id(), tenantId: ref(), name: text(), payload: json(), createdAt: instant() });
interface OutboxEvent { readonly id: string; readonly name: string; readonly payload: unknown; readonly createdAt: string }
interface Delivery { readonly subscriber: string; readonly eventId: string; readonly payload: unknown; readonly at: string }

const chunk = 500;
// A unit of deliveries ends after this long, so that people's requests get their turn at the writer.
const sliceMs = 20;
const pollMs = 1_000;
const leaseMs = 30_000;
const unitMs = 10_000;

const isOutage = (error: unknown): boolean => error instanceof Failure && (error.code === "request.unavailable" || error.code === "request.full");
const actorOf = (subscriber: string) => systemActor(subscriber.split(".")[0] ?? subscriber);
const deliveryJob = (s: Subscriber, e: OutboxEvent): Enqueue =>
  ({ kind: "event.deliver", key: `event:${e.id}:${s.name}`, payload: { subscriber: s.name, eventId: e.id, payload: e.payload, at: e.createdAt } satisfies Delivery });

export class OutboxRelay {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, Subscriber>();
  readonly #byEvent = new Map<string, Subscriber[]>();
  readonly #holder: string;
  #working: Promise<number> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #deaf: (() => void) | null = null;
  #again = false;
  #stopped = false;

  /** `holder` names this process. Two subscribers of one name are a mistake and refused. */
  constructor(kernel: Kernel, subscribers: readonly Subscriber[], holder: string) {
    this.#kernel = kernel;
    this.#holder = holder;
    for (const s of subscribers) {
      if (this.#byName.has(s.name)) throw new Error(`two subscribers are named ${s.name}`);
      this.#byName.set(s.name, s);
      this.#byEvent.set(s.event, [...(this.#byEvent.get(s.event) ?? []), s]);
    }
  }

  start(): void {
    this.#deaf = this.#kernel.bell.on("outbox", () => { this.#ring(); });
    this.#timer = setInterval(() => { this.#ring(); }, pollMs);
    this.#ring();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#deaf?.();
    if (this.#timer) clearInterval(this.#timer);
    await this.#working?.catch(() => 0);
    await this.#kernel.database.unit((db) => releaseLease(db, "outbox", this.#holder)).catch(() => 0);
  }

  #ring(): void {
    this.#again = true;
    if (this.#working || this.#stopped) return;
    this.runUntilIdle().catch((error: unknown) => { this.#kernel.log.warn({ err: error }, "events could not be delivered; trying again"); });
  }

  /** Delivers until nothing is left; resolves to the number of events. A second call joins the first. */
  async runUntilIdle(): Promise<number> {
    if (this.#working) return this.#working;
    this.#working = this.#drain();
    try { return await this.#working; } finally { this.#working = null; }
  }

  async #drain(): Promise<number> {
    let delivered = 0;
    do {
      this.#again = false;
      for (;;) {
        const n = this.#stopped ? 0 : await this.#round();
        delivered += n;
        if (n === 0) break;
      }
    } while (this.#again && !this.#stopped);
    return delivered;
  }

  async #round(): Promise<number> {
    const { database } = this.#kernel;
    const waiting = (await database.read.rows<Row>(`SELECT ${events.select().join(", ")} FROM outbox_events WHERE delivered_at IS NULL ORDER BY id LIMIT ?`, [chunk])).map((row) => events.fromRow(row));
    if (waiting.length === 0) return 0;
    if (await database.unit((db) => takeLease(db, "outbox", this.#holder, leaseMs)) === null) return 0;
    const work = new Map<Subscriber, OutboxEvent[]>();
    for (const event of waiting) {
      for (const s of [...(this.#byEvent.get(event.name) ?? []), ...(this.#byEvent.get("*") ?? [])]) work.set(s, [...(work.get(s) ?? []), event]);
    }
    await this.#deliverAll([...work]);
    await database.unit((db) => this.#mark(db, waiting.map((e) => e.id)));
    return waiting.length;
  }

  // hot
  #mark(db: Db, ids: readonly string[]): Promise<number> {
    return db.run(`UPDATE outbox_events SET delivered_at = ? WHERE delivered_at IS NULL AND id IN (SELECT t.id FROM ${db.sql.rowsOf({ id: "text" })})`,
      [this.#kernel.clock.now(), JSON.stringify(ids.map((id) => ({ id })))]);
  }

  /** Subscribers side by side: a slow one delays the next round, never the others' part of this one. */
  async #deliverAll(work: [Subscriber, OutboxEvent[]][]): Promise<void> {
    const lane = async (): Promise<void> => { for (let next = work.shift(); next; next = work.shift()) await this.#deliver(...next); };
    for (const end of await Promise.allSettled([lane(), lane(), lane()])) if (end.status === "rejected") throw end.reason;
  }

  async #deliver(subscriber: Subscriber, list: readonly OutboxEvent[]): Promise<void> {
    for (let i = 0; i < list.length;) {
      const seen = { count: 0 };
      try { i += await this.#slice(subscriber, list.slice(i), seen); } catch (error) {
        if (isOutage(error)) throw error;
        // One failed and took the others of its unit back: each of them again in a unit of its own, and the culprit gets a job.
        for (const end = i + seen.count + 1; i < end; i++) await this.#single(subscriber, list[i]);
      }
    }
  }

  #slice(subscriber: Subscriber, list: readonly OutboxEvent[], seen: { count: number }): Promise<number> {
    return runUnit(this.#kernel, { actor: actorOf(subscriber.name), requestId: `event-${list[0]?.id ?? ""}`, deadlineMs: unitMs }, async (ctx) => {
      const began = performance.now();
      seen.count = 0;
      for (const event of list) {
        if ("deliver" in subscriber) await ctx.enqueue(deliveryJob(subscriber, event));
        else await subscriber.handle(ctx, event.payload as never, { id: event.id, at: event.createdAt });
        seen.count++;
        if (performance.now() - began > sliceMs) break;
      }
      return seen.count;
    });
  }

  async #single(subscriber: Subscriber, event: OutboxEvent | undefined): Promise<void> {
    if (!event) return;
    try { await this.#slice(subscriber, [event], { count: 0 }); } catch (error) {
      if (isOutage(error)) throw error;
      this.#kernel.log.warn({ err: error, subscriber: subscriber.name, event: event.id }, "an event could not be delivered and will be tried again");
      await runUnit(this.#kernel, { actor: actorOf(subscriber.name), requestId: `event-${event.id}` }, (ctx) => ctx.enqueue(deliveryJob(subscriber, event)));
    }
  }

  /** The job that delivers again what failed, and what subscribers outside get at all. */
  get deliverer(): JobHandler {
    return {
      actor: "events", atOnce: 4, attempts: 8,
      actorOf: (payload) => actorOf((payload as Delivery).subscriber),
      run: async (job) => {
        const { subscriber: name, eventId, payload, at } = job.payload as Delivery;
        const subscriber = this.#byName.get(name);
        if (!subscriber) throw new Error(`there is no subscriber named ${name} any more`);
        if ("deliver" in subscriber) await subscriber.deliver(payload, { id: eventId, at });
        else await job.unit(async (ctx) => { await subscriber.handle(ctx, payload as never, { id: eventId, at }); return { value: null }; });
      },
    };
  }
}

/** ISO instant of the oldest event nobody has delivered yet. */
export const oldestUndelivered = async (db: Db): Promise<string | null> =>
  (await db.rows<{ created_at: string }>("SELECT created_at FROM outbox_events WHERE delivered_at IS NULL ORDER BY id LIMIT 1"))[0]?.created_at ?? null;
