import { afterEach, describe, expect, test } from "vitest";
import { bareKernel, type BareKernel } from "../../test/harness/kernel.ts";
import { kernelFailures } from "./errors.ts";
import { on, type EventHandler } from "./events.ts";
import { JobRunner } from "./jobs/runner.ts";
import { oldestUndelivered, OutboxRelay, type Subscriber } from "./outbox.ts";
import { asSystem } from "./unit.ts";
import { upkeepJobs } from "./upkeep.ts";

const open: BareKernel[] = [];
afterEach(async () => { for (const k of open.splice(0)) await k.close(); });
const kernel = async (): Promise<BareKernel> => { const k = await bareKernel(); open.push(k); return k; };
const emit = (k: BareKernel, name: string, ...payloads: unknown[]): Promise<void> => asSystem(k, "tests", async (ctx) => { for (const p of payloads) ctx.emit(name, p); });
const wire = (k: BareKernel, subscribers: readonly Subscriber[]): { relay: OutboxRelay; runner: JobRunner } => {
  const relay = new OutboxRelay(k, subscribers, "one");
  return { relay, runner: new JobRunner(k, { "event.deliver": relay.deliverer }) };
};
const collect = (name: string, into: unknown[], event = "tests.happened"): EventHandler => on(event, name, async (ctx, payload) => { into.push(payload); ctx.audit("tests.seen", { kind: "test", id: String(payload) }); });

describe("the relay", () => {
  test("delivers in order to each subscriber of the name, as the subscriber's module, and once", async () => {
    const k = await kernel();
    const a: unknown[] = [];
    const actors: string[] = [];
    const { relay } = wire(k, [collect("first.see", a), on("tests.happened", "second.see", async (ctx) => { actors.push(ctx.actor.id); }), collect("third.see", a, "tests.other")]);
    await emit(k, "tests.happened", 1, 2, 3);
    await emit(k, "tests.nobody", "x");
    expect(await relay.runUntilIdle()).toBe(4);
    expect(a).toEqual([1, 2, 3]);
    expect(actors).toEqual(["second", "second", "second"]);
    expect(await relay.runUntilIdle()).toBe(0);
    expect(await oldestUndelivered(k.database.read)).toBeNull();
    expect(k.entries).toHaveLength(3);
  });

  test("one that fails keeps nobody else waiting; its job tries again and then parks", async () => {
    const k = await kernel();
    const good: unknown[] = [];
    const tried: unknown[] = [];
    const { relay, runner } = wire(k, [
      on<number>("tests.happened", "bad.see", async (ctx, payload) => { tried.push(payload); ctx.audit("tests.tried", { kind: "test", id: String(payload) }); if (payload === 2) throw new Error("cannot take two"); }),
      collect("good.see", good),
    ]);
    await emit(k, "tests.happened", 1, 2, 3);
    await relay.runUntilIdle();
    expect(good).toEqual([1, 2, 3]);
    // What the failing unit wrote is gone; the others of its slice were delivered again.
    expect(k.entries.filter((e) => e.action === "tests.tried").map((e) => e.target.id)).toEqual(["1", "3"]);
    expect(await oldestUndelivered(k.database.read)).toBeNull();
    const jobs = () => k.database.read.rows<{ key: string; state: string; attempts: number }>("SELECT key, state, attempts FROM jobs");
    expect(await jobs()).toMatchObject([{ state: "queued", attempts: 0, key: expect.stringMatching(/^event:.*:bad\.see$/) }]);
    for (let i = 0; i < 8; i++) { await runner.runUntilIdle(); k.clock.advance(3_600_000); }
    expect(await jobs()).toMatchObject([{ state: "dead", attempts: 8 }]);
  });

  test("a later try of the job delivers with the event's own id and instant", async () => {
    const k = await kernel();
    const seen: unknown[] = [];
    let isDown = true;
    const { relay, runner } = wire(k, [on("tests.happened", "flaky.see", async (_ctx, payload, e) => { if (isDown) throw new Error("down"); seen.push([payload, e.at]); })]);
    const at = k.clock.now();
    await emit(k, "tests.happened", { n: 1 });
    await relay.runUntilIdle();
    isDown = false;
    k.clock.advance(5_000);
    await runner.runUntilIdle();
    expect(seen).toEqual([[{ n: 1 }, at]]);
  });

  test("an outage is nobody's fault: nothing becomes a job, and all is delivered when it is over", async () => {
    const k = await kernel();
    const seen: unknown[] = [];
    let isAway = true;
    const { relay } = wire(k, [on("tests.happened", "first.see", async (_ctx, payload) => { if (isAway) throw kernelFailures.unavailable(); seen.push(payload); })]);
    await emit(k, "tests.happened", 1, 2);
    await expect(relay.runUntilIdle()).rejects.toMatchObject({ code: "request.unavailable" });
    isAway = false;
    await relay.runUntilIdle();
    expect(seen).toEqual([1, 2]);
    expect(await k.database.read.rows("SELECT id FROM jobs")).toEqual([]);
  });

  test("what a crash left undelivered comes again, with the same id", async () => {
    const k = await kernel();
    const ids: string[] = [];
    const crashing = wire(k, [on("tests.happened", "first.see", async (_ctx, _payload, e) => { ids.push(e.id); }), on("tests.happened", "second.see", async () => { throw kernelFailures.unavailable(); })]);
    await emit(k, "tests.happened", 1);
    await expect(crashing.relay.runUntilIdle()).rejects.toThrow();
    await wire(k, [on("tests.happened", "first.see", async (_ctx, _payload, e) => { ids.push(e.id); })]).relay.runUntilIdle();
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test("subscribers outside get a job each and never hold a transaction", async () => {
    const k = await kernel();
    const seen: unknown[] = [];
    const { relay, runner } = wire(k, [{ event: "*", name: "outside.see", deliver: async (payload) => { seen.push(payload); } }]);
    await emit(k, "tests.happened", 1);
    await emit(k, "tests.other", 2);
    await relay.runUntilIdle();
    expect(seen).toEqual([]);
    await runner.runUntilIdle();
    expect(seen).toEqual([1, 2]);
  });

  test("rings wake it, and events of events follow", async () => {
    const k = await kernel();
    const seen: unknown[] = [];
    const { relay } = wire(k, [on("tests.first", "chain.pass", async (ctx, payload) => { ctx.emit("tests.second", payload); }), on("tests.second", "chain.see", async (_ctx, payload) => { seen.push(payload); })]);
    relay.start();
    await emit(k, "tests.first", "a");
    await expect.poll(() => seen, { interval: 5 }).toEqual(["a"]);
    await relay.stop();
  });

  test("two subscribers of one name are refused at boot", async () => {
    const k = await kernel();
    expect(() => new OutboxRelay(k, [collect("a.b", []), collect("a.b", [])], "one")).toThrow("two subscribers are named a.b");
  });

  test("thousands without a subscriber are marked in bulk", async () => {
    const k = await kernel();
    for (let i = 0; i < 4; i++) await emit(k, "tests.nobody", ...Array.from({ length: 500 }, (_, n) => n));
    expect(await wire(k, []).relay.runUntilIdle()).toBe(2_000);
    expect(await oldestUndelivered(k.database.read)).toBeNull();
  });
});

test("the nightly purge clears delivered events after two weeks, and nothing that waits", async () => {
  const k = await kernel();
  await emit(k, "tests.old", ...Array.from({ length: 30 }, (_, n) => n));
  await wire(k, []).relay.runUntilIdle();
  await emit(k, "tests.waiting", 1);
  k.clock.advance(15 * 86_400_000);
  await emit(k, "tests.new", 1);
  await asSystem(k, "tests", (ctx) => ctx.enqueue({ kind: "kernel.purge", key: "purge" }));
  await new JobRunner(k, upkeepJobs).runUntilIdle();
  const left = await k.database.read.rows<{ name: string }>("SELECT name FROM outbox_events ORDER BY id");
  expect(left.map((r) => r.name)).toEqual(["tests.waiting", "tests.new"]);
  const [job] = await k.database.read.rows<{ state: string }>("SELECT state FROM jobs");
  expect(job?.state).toBe("done");
});
