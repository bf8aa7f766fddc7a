import { afterEach, describe, expect, test } from "vitest";
import { bareKernel, isPostgres, type BareKernel } from "../../../test/harness/kernel.ts";
import type { Enqueue } from "../ctx.ts";
import { asSystem } from "../unit.ts";
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
