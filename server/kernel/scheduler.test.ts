import { afterEach, describe, expect, test } from "vitest";
import { bareKernel, type BareKernel } from "../../test/harness/kernel.ts";
import { cron, lastTick } from "./cron.ts";
import type { Schedule } from "./jobs/types.ts";
import { Scheduler } from "./scheduler.ts";

const open: BareKernel[] = [];
afterEach(async () => { for (const k of open.splice(0)) await k.close(); });
const kernel = async (start?: string): Promise<BareKernel> => { const k = await bareKernel(start); open.push(k); return k; };
const schedule = (expression: string, run: Schedule["run"], name = "tests.run"): Schedule => ({ name, cron: expression, actor: "tests", run });

describe("cron expressions, in UTC", () => {
  const last = (expression: string, at: string): string | undefined => {
    const tick = lastTick(cron(expression), Date.parse(at));
    return tick === undefined ? undefined : new Date(tick).toISOString();
  };
  test.each([
    ["* * * * *", "2027-03-28T01:59:59.999Z", "2027-03-28T01:59:00.000Z"],
    ["*/15 * * * *", "2027-03-28T01:14:00.000Z", "2027-03-28T01:00:00.000Z"],
    ["30 2 * * *", "2027-03-28T02:30:00.000Z", "2027-03-28T02:30:00.000Z"],
    ["30 2 * * *", "2027-03-28T02:29:59.999Z", "2027-03-27T02:30:00.000Z"],
    ["0 0 29 2 *", "2027-12-31T00:00:00.000Z", "2024-02-29T00:00:00.000Z"],
    ["0 0 31 * *", "2027-05-30T12:00:00.000Z", "2027-03-31T00:00:00.000Z"],
    ["0 6 * * 1", "2027-03-03T00:00:00.000Z", "2027-03-01T06:00:00.000Z"],
    ["0 6 * * 7", "2027-03-03T00:00:00.000Z", "2027-02-28T06:00:00.000Z"],
    ["0 6 1 * 1", "2027-03-09T00:00:00.000Z", "2027-03-08T06:00:00.000Z"],
  ])("%s at %s was last due at %s", (expression, at, want) => { expect(last(expression, at)).toBe(want); });

  test.each(["", "* * * *", "* * * * * *", "61 * * * *", "a b c d e", "0 0 L * *", "0 0 30 2 *", "* * * * mon#2"])("%j is refused", (expression) => { expect(() => cron(expression)).toThrow("five-field"); });
});

describe("the scheduler", () => {
  test("two schedulers run each tick once, over a whole day and both changes of daylight saving", async () => {
    const k = await kernel("2027-03-27T22:00:00.000Z");
    const runs: string[] = [];
    const hourly = schedule("0 * * * *", async (ctx) => { runs.push(ctx.now); ctx.audit("tests.ran", { kind: "test", id: ctx.now }); });
    const both = [new Scheduler(k, [hourly], "one"), new Scheduler(k.twin(), [hourly], "two")];
    for (const s of both) await s.runDue();
    for (let hour = 0; hour < 24; hour++) {
      k.clock.advance(3_600_000);
      await Promise.all(both.map((s) => s.runDue()));
    }
    expect(runs).toHaveLength(24);
    expect(new Set(runs).size).toBe(24);
    expect(k.entries).toHaveLength(24);
  });

  test("a tick runs once although it is looked up every second", async () => {
    const k = await kernel();
    let runs = 0;
    const s = new Scheduler(k, [schedule("* * * * *", async () => { runs++; })], "one");
    for (let second = 0; second < 180; second++) { await s.runDue(); k.clock.advance(1_000); }
    expect(runs).toBe(2);
  });

  test("the first start does not catch up with the past; a later one runs the last tick it missed, once", async () => {
    const k = await kernel();
    let runs = 0;
    const nightly = schedule("0 2 * * *", async () => { runs++; });
    await new Scheduler(k, [nightly], "one").runDue();
    expect(runs).toBe(0);
    k.clock.advance(10 * 86_400_000);
    const restarted = new Scheduler(k, [nightly], "two");
    await restarted.runDue();
    await restarted.runDue();
    expect(runs).toBe(1);
  });

  test("a run that fails takes its claim back, is tried again, and keeps nobody else waiting", async () => {
    const k = await kernel();
    let isBroken = true;
    const ran: string[] = [];
    const s = new Scheduler(k, [
      schedule("0 * * * *", async () => { if (isBroken) throw new Error("no"); ran.push("first"); }, "tests.first"),
      schedule("0 * * * *", async () => { ran.push("second"); }, "tests.second"),
    ], "one");
    await s.runDue();
    k.clock.set("2027-03-01T09:00:00.000Z");
    await s.runDue();
    expect(ran).toEqual(["second"]);
    isBroken = false;
    await s.runDue();
    expect(ran).toEqual(["second"]);
    k.clock.advance(31_000);
    await s.runDue();
    expect(ran).toEqual(["second", "first"]);
  });

  test("a clock that steps back and forth runs no tick twice", async () => {
    const k = await kernel();
    let runs = 0;
    const hourly = schedule("0 * * * *", async () => { runs++; });
    const s = new Scheduler(k, [hourly], "one");
    await s.runDue();
    await s.runDue("2027-03-01T09:00:00.000Z");
    await s.runDue("2027-03-01T07:30:00.000Z");
    await s.runDue("2027-03-01T09:00:00.000Z");
    await new Scheduler(k, [hourly], "two").runDue("2027-03-01T09:00:30.000Z");
    expect(runs).toBe(1);
  });

  test("a wrong expression or a double name stops the boot", async () => {
    const k = await kernel();
    expect(() => new Scheduler(k, [schedule("every day", async () => undefined)], "one")).toThrow("every day");
    expect(() => new Scheduler(k, [schedule("* * * * *", async () => undefined), schedule("* * * * *", async () => undefined)], "one")).toThrow("two schedules are named tests.run");
  });
});
