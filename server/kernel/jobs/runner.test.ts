import { afterEach, describe, expect, test } from "vitest";
import { bareKernel, isPostgres, type BareKernel } from "../../../test/harness/kernel.ts";
import type { Enqueue } from "../ctx.ts";
import { kernelFailures } from "../errors.ts";
import { asSystem } from "../unit.ts";
import { backoffMs } from "./backoff.ts";
import { LostLease } from "./run.ts";
import { JobRunner } from "./runner.ts";
import { claim, end, find } from "./store.ts";
import type { JobHandler, JobRun } from "./types.ts";

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
/** As if the process had been killed while the job ran. */
const abandon = async (k: BareKernel, id: string): Promise<void> => {
  const now = k.clock.now();
  await k.database.unit((db) => claim(db, [id], () => true, now, new Date(k.clock.ms() + 60_000).toISOString()));
};

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

describe("kills", () => {
  test("the next run starts from the cursor of the last committed unit", async () => {
    const k = await kernel();
    const seen: unknown[] = [];
    let isDoomed = true;
    const runner = new JobRunner(k, {
      t: handler(async (r) => {
        seen.push(r.cursor);
        for (let n = (r.cursor as number | null) ?? 0; n < 4; n++) {
          await r.unit(async (ctx) => { ctx.audit("tests.counted", { kind: "test", id: String(n) }); return { value: null, cursor: n + 1, done: n + 1, total: 4 }; });
          if (n === 1 && isDoomed) { isDoomed = false; throw new Error("died"); }
        }
      }),
    });
    const id = await queue(k, { kind: "t" });
    await runner.runUntilIdle();
    expect(await job(k, id)).toMatchObject({ state: "queued", cursor: 2, doneCount: 2, totalCount: 4 });
    k.clock.advance(1_000);
    await runner.runUntilIdle();
    expect(seen).toEqual([null, 2]);
    expect(k.entries.map((e) => e.target.id)).toEqual(["0", "1", "2", "3"]);
    expect(await job(k, id)).toMatchObject({ state: "done", doneCount: 4 });
  });

  test("a job that kills the process three times is parked, its bystander is not", async () => {
    const k = await kernel();
    const killer = await queue(k, { kind: "killer" });
    const bystander = await queue(k, { kind: "bystander" });
    const handlers = { killer: handler(async () => undefined, { attempts: 10 }), bystander: handler(async () => undefined, { attempts: 10 }) };
    await abandon(k, killer);
    await abandon(k, bystander);
    for (let kill = 2; kill <= 3; kill++) {
      k.clock.advance(61_000);
      await new JobRunner(k, handlers).recover();
      // Both are under suspicion now: they run one at a time, so only the culprit is caught in the act.
      await abandon(k, killer);
    }
    k.clock.advance(61_000);
    const last = new JobRunner(k, handlers);
    await last.recover();
    await last.runUntilIdle();
    expect(await job(k, killer)).toMatchObject({ state: "dead", error: "The process ended 3 times while this job ran." });
    expect((await job(k, bystander)).state).toBe("done");
  });

  test("jobs under suspicion run one at a time", async () => {
    const k = await kernel();
    let running = 0;
    let most = 0;
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push(await queue(k, { kind: "t", key: `t:${i}` }));
    for (const id of ids) await abandon(k, id);
    k.clock.advance(61_000);
    const runner = new JobRunner(k, { t: handler(async (r) => { most = Math.max(most, ++running); await r.read((ctx) => ctx.db.rows("SELECT 1 AS one")); running--; }, { atOnce: 4 }) });
    await runner.recover();
    await runner.runUntilIdle();
    expect(most).toBe(1);
    for (const id of ids) expect((await job(k, id)).state).toBe("done");
  });

  test("progress clears the count, so that a long job survives many restarts", async () => {
    const k = await kernel();
    const id = await queue(k, { kind: "t" });
    const step = handler(async (r) => {
      await r.unit(async () => ({ value: null, done: ((r.cursor as number | null) ?? 0) + 1, cursor: ((r.cursor as number | null) ?? 0) + 1 }));
      throw new LostLease("as if killed");
    }, { attempts: 2 });
    for (let kill = 0; kill < 10; kill++) {
      const runner = new JobRunner(k, { t: step });
      await runner.recover();
      await runner.runUntilIdle();
      k.clock.advance(61_000);
    }
    expect(await job(k, id)).toMatchObject({ doneCount: 10, attempts: 1, abandonedCount: 0 });
  });

  test("a start takes running jobs back at once where one process writes alone, and only expired ones elsewhere", async () => {
    const k = await kernel();
    const id = await queue(k, { kind: "t" });
    await abandon(k, id);
    const runner = new JobRunner(k, { t: handler(async () => undefined) });
    await runner.start();
    await runner.runUntilIdle();
    expect((await job(k, id)).state).toBe(isPostgres() ? "running" : "done");
    k.clock.advance(61_000);
    await runner.recover();
    await runner.runUntilIdle();
    await runner.stop();
    expect((await job(k, id)).state).toBe("done");
  });

  test("a run that hangs is given up and tried again", async () => {
    const k = await kernel();
    const id = await queue(k, { kind: "t" });
    let runs = 0;
    const runner = new JobRunner(k, { t: handler(async () => { if (runs++ === 0) await new Promise(() => { /* never */ }); }) }, { leaseMs: 60, stallMs: 40 });
    await runner.start();
    await expect.poll(async () => (await job(k, id)).error, { timeout: 5_000, interval: 10 }).toMatch("no sign of life");
    k.clock.advance(5_000);
    await expect.poll(async () => (await job(k, id)).state, { timeout: 5_000, interval: 10 }).toBe("done");
    await runner.stop();
  });
});

describe("leases", () => {
  /** A run held still between two of its units, as by SIGSTOP. */
  const held = () => {
    const reached = Promise.withResolvers<JobRun>();
    const go = Promise.withResolvers<void>();
    return { reached, go, handler: handler(async (r) => {
      await r.unit(async (ctx) => { ctx.audit("tests.first", { kind: "test", id: "1" }); return { value: null }; });
      reached.resolve(r);
      await go.promise;
      await r.unit(async (ctx) => { ctx.audit("tests.second", { kind: "test", id: "2" }); return { value: null }; });
    }) };
  };

  test("a holder that slept past its lease changes nothing more; the next one finishes", async () => {
    const k = await kernel();
    const { reached, go, handler: sleepy } = held();
    const id = await queue(k, { kind: "t" });
    const first = new JobRunner(k, { t: sleepy });
    const ends = first.runUntilIdle();
    await reached.promise;
    k.clock.advance(61_000);
    const second = new JobRunner(k.twin(), { t: handler(async (r) => { await r.unit(async (ctx) => { ctx.audit("tests.other", { kind: "test", id: "3" }); return { value: null }; }); return "by the second"; }) });
    await second.recover();
    await second.runUntilIdle();
    go.resolve();
    await ends;
    expect(k.entries.map((e) => e.action)).toEqual(["tests.first", "tests.other"]);
    expect(await job(k, id)).toMatchObject({ state: "done", outcome: "by the second" });
  });

  test("cancelling shuts a running job out at its next unit", async () => {
    const k = await kernel();
    const { reached, go, handler: running } = held();
    const id = await queue(k, { kind: "t" });
    const runner = new JobRunner(k, { t: running });
    const ends = runner.runUntilIdle();
    const run = await reached.promise;
    await k.database.unit((db) => end(db, { id, epoch: 1 }, k.clock.now(), "cancelled", "enough"));
    go.resolve();
    await ends;
    expect(run.key).toBe("t:1");
    expect(k.entries.map((e) => e.action)).toEqual(["tests.first"]);
    expect((await job(k, id)).state).toBe("cancelled");
  });

  test("two runners share the work and do each job once", async () => {
    const k = await kernel();
    const done: string[] = [];
    for (let i = 0; i < 40; i++) await queue(k, { kind: "t", key: `t:${i}` });
    const t = handler(async (r) => { await r.unit(async () => ({ value: null })); done.push(r.key); }, { atOnce: 4 });
    await Promise.all([new JobRunner(k, { t }).runUntilIdle(), new JobRunner(k.twin(), { t }).runUntilIdle()]);
    expect(done.toSorted()).toEqual([...new Set(done)].toSorted());
    expect(done).toHaveLength(40);
  });

  test("a stop ends after the current unit and hands the job back without counting the attempt", async () => {
    const k = await kernel();
    const reached = Promise.withResolvers<void>();
    const id = await queue(k, { kind: "t" });
    const loops = handler(async (r) => {
      for (let n = 1; ; n++) {
        await r.unit(async () => ({ value: null, cursor: n, done: n }));
        if (n === 2) reached.resolve();
      }
    });
    const runner = new JobRunner(k, { t: loops });
    await runner.start();
    await reached.promise;
    await runner.stop();
    const handedBack = await job(k, id);
    expect(handedBack).toMatchObject({ state: "queued", error: null, attempts: 0 });
    expect(handedBack.cursor).toBe(handedBack.doneCount);
  });

  test("a stop does not wait for ever for a run that does not end", async () => {
    const k = await kernel();
    const { reached, go, handler: stuck } = held();
    const id = await queue(k, { kind: "t" });
    const runner = new JobRunner(k, { t: stuck });
    await runner.start();
    await reached.promise;
    await runner.stop(20);
    expect((await job(k, id)).state).toBe("queued");
    go.resolve();
    await expect.poll(() => runner.runningCount).toBe(0);
    expect(k.entries.map((e) => e.action)).toEqual(["tests.first"]);
  });
});
