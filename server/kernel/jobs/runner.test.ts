import { afterEach, describe, expect, test } from "vitest";
import { bareKernel, type BareKernel } from "../../../test/harness/kernel.ts";
import type { Enqueue } from "../ctx.ts";
import { kernelFailures } from "../errors.ts";
import { asSystem } from "../unit.ts";
import { backoffMs } from "./backoff.ts";
import { JobRunner } from "./runner.ts";
import { find } from "./store.ts";
import type { JobHandler } from "./types.ts";

const open: BareKernel[] = [];
afterEach(async () => { for (const k of open.splice(0)) await k.close(); });
const kernel = async (): Promise<BareKernel> => { const k = await bareKernel(); open.push(k); return k; };

const queue = (k: BareKernel, job: Partial<Enqueue> & { kind: string }): Promise<string> =>
  asSystem(k, "tests", (ctx) => ctx.enqueue({ key: `${job.kind}:1`, ...job }));
const job = async (k: BareKernel, id: string) => {
  const found = await find(k.database.read, id);
  if (!found) throw new Error("no such job");
  return found;
};
const handler = (run: JobHandler["run"], more: Partial<JobHandler> = {}): JobHandler => ({ actor: "tests", run, ...more });
describe("the queue", () => {
  test("a key is one job for ever, and the second asker learns its id", async () => {
    const k = await kernel();
    const [a, b] = await Promise.all([queue(k, { kind: "t", key: "same", payload: { n: 1 } }), queue(k, { kind: "t", key: "same", payload: { n: 2 } })]);
    expect(a).toBe(b);
    let runs = 0;
    const runner = new JobRunner(k, { t: handler(async () => { runs++; return { fine: true }; }) });
    expect(await runner.runUntilIdle()).toBe(1);
    expect(await queue(k, { kind: "t", key: "same" })).toBe(a);
    expect(await runner.runUntilIdle()).toBe(0);
    expect(runs).toBe(1);
    expect(await job(k, a)).toMatchObject({ state: "done", outcome: { fine: true }, attempts: 1, startedBy: "tests", error: null });
  });

  test("a job of a unit that fails was never queued", async () => {
    const k = await kernel();
    await expect(asSystem(k, "tests", async (ctx) => { await ctx.enqueue({ kind: "t", key: "x" }); throw new Error("no"); })).rejects.toThrow("no");
    expect(await k.database.read.rows("SELECT id FROM jobs")).toEqual([]);
  });

  test("the urgent goes first, the future waits, unknown kinds stay", async () => {
    const k = await kernel();
    const order: string[] = [];
    const runner = new JobRunner(k, { t: handler(async (r) => { order.push(r.key); }) });
    await queue(k, { kind: "t", key: "late", priority: 9 });
    await queue(k, { kind: "t", key: "first", priority: 0 });
    await queue(k, { kind: "t", key: "tomorrow", priority: 0, runAt: "2027-03-02T08:00:00.000Z" });
    const unknown = await queue(k, { kind: "other", key: "unknown" });
    await runner.runUntilIdle();
    expect(order).toEqual(["first", "late"]);
    expect((await job(k, unknown)).state).toBe("queued");
    k.clock.set("2027-03-02T08:00:00.000Z");
    await runner.runUntilIdle();
    expect(order).toEqual(["first", "late", "tomorrow"]);
  });

  test("one kind never takes more than its places, and leaves room for others", async () => {
    const k = await kernel();
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const slow = handler(async () => { most = Math.max(most, ++running); await gate.promise; running--; }, { atOnce: 2 });
    const other = handler(async () => { gate.resolve(); });
    for (let i = 0; i < 10; i++) await queue(k, { kind: "slow", key: `slow:${i}`, priority: 1 });
    await queue(k, { kind: "other", key: "other", priority: 9 });
    await new JobRunner(k, { slow, other }).runUntilIdle();
    expect(most).toBe(2);
  });

  test("while people wait in line only the most urgent jobs start", async () => {
    const k = await kernel();
    const ran: string[] = [];
    const runner = new JobRunner(k, { t: handler(async (r) => { ran.push(r.key); }) });
    await queue(k, { kind: "t", key: "urgent", priority: 0 });
    await queue(k, { kind: "t", key: "bulk" });
    runner.pause("line");
    await runner.runUntilIdle();
    expect(ran).toEqual(["urgent"]);
    runner.resume("line");
    await runner.runUntilIdle();
    expect(ran).toEqual(["urgent", "bulk"]);
  });
});

describe("failures", () => {
  test("a poison job is tried with growing waits, then parked, told and announced", async () => {
    const k = await kernel();
    const told: unknown[] = [];
    let runs = 0;
    const runner = new JobRunner(k, { t: handler(async () => { runs++; throw new Error("cannot"); }, { attempts: 3, ended: async (_ctx, payload, state, error) => { told.push([payload, state, error]); } }) });
    const id = await queue(k, { kind: "t", payload: { n: 1 } });
    await runner.runUntilIdle();
    expect(await job(k, id)).toMatchObject({ state: "queued", attempts: 1, error: "cannot" });
    await runner.runUntilIdle();
    expect(runs).toBe(1);
    for (const ms of [1_000, 4_000]) { k.clock.advance(ms); await runner.runUntilIdle(); }
    expect(runs).toBe(3);
    expect(await job(k, id)).toMatchObject({ state: "dead", attempts: 3, error: "cannot" });
    expect(told).toEqual([[{ n: 1 }, "dead", "cannot"]]);
    expect(await k.database.read.rows("SELECT name FROM outbox_events")).toEqual([{ name: "jobs.parked" }]);
    k.clock.advance(86_400_000);
    expect(await runner.runUntilIdle()).toBe(0);
  });

  test("a parked job stays parked even if its farewell throws", async () => {
    const k = await kernel();
    const id = await queue(k, { kind: "t" });
    await new JobRunner(k, { t: handler(async () => { throw new Error("cannot"); }, { attempts: 1, ended: async () => { throw new Error("worse"); } }) }).runUntilIdle();
    expect((await job(k, id)).state).toBe("dead");
    expect(k.lines.filter((l) => l["level"] === 50)).toHaveLength(1);
  });

  test("an outage of the database or a full disk costs no attempt", async () => {
    const k = await kernel();
    const id = await queue(k, { kind: "t" });
    let isFull = true;
    const runner = new JobRunner(k, { t: handler(async () => { if (isFull) throw kernelFailures.full(); }, { attempts: 1 }) });
    for (let i = 0; i < 5; i++) { await runner.runUntilIdle(); k.clock.advance(60_000); }
    expect(await job(k, id)).toMatchObject({ state: "queued", attempts: 0 });
    isFull = false;
    await runner.runUntilIdle();
    expect((await job(k, id)).state).toBe("done");
  });

  test("waits grow fourfold up to an hour, with jitter of a fifth", () => {
    expect([1, 2, 3, 4, 7, 50].map((n) => backoffMs(n, 0))).toEqual([1_000, 4_000, 16_000, 64_000, 3_600_000, 3_600_000]);
    expect(backoffMs(1, 1)).toBe(800);
  });
});
