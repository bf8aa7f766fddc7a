import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import disk from "../../../plugins/disk/index.ts";
import { bareKernel, type BareKernel } from "../../../test/harness/kernel.ts";
import { definePlugin, endpoint, kernelFailures, secret, type Host, type Plugin } from "../../plugin.ts";
import { JobRunner } from "../jobs/runner.ts";
import { OutboxRelay } from "../outbox.ts";
import { Scheduler } from "../scheduler.ts";
import { asSystem } from "../unit.ts";
import { startPlugins, type PluginHost, type PluginStart } from "./start.ts";

const open: BareKernel[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const k of open.splice(0)) await k.close();
  for (const f of folders.splice(0)) rmSync(f, { recursive: true, force: true });
});
const kernel = async (): Promise<BareKernel> => { const k = await bareKernel(); open.push(k); return k; };
const start = (k: BareKernel, bundled: readonly Plugin[], more: Partial<PluginStart> = {}): Promise<PluginHost> =>
  startPlugins({ bundled: [disk, ...bundled], folders: [], without: [], database: k.database, clock: k.clock, log: k.log, home: k.home, ...more });
const plugin = (id: string, setup: (host: Host) => void | Promise<void>, settings: z.ZodObject = z.object({})): Plugin => definePlugin({ id, title: id, version: "1.0.0", contract: 1, settings, setup });
const idle = (id: string): Plugin => plugin(id, () => { /* registers nothing */ });
const folder = (files: Readonly<Record<string, string>>): string => {
  const dir = mkdtempSync(join(tmpdir(), "muster-plugin-"));
  folders.push(dir);
  for (const [name, text] of Object.entries(files)) { mkdirSync(join(dir, name, ".."), { recursive: true }); writeFileSync(join(dir, name), text); }
  return dir;
};
const settle = (k: BareKernel, id: string, settings: unknown, isEnabled = true) => k.database.unit((db) =>
  db.run("INSERT INTO plugin_states (plugin_id, is_enabled, settings) VALUES (?,?,?)", [id, isEnabled, JSON.stringify(settings)]));

describe("a boot is stopped, naming plugin and field, by", () => {
  const stop = (name: string, make: (k: BareKernel) => Promise<unknown>, line: RegExp): void => {
    test(name, async () => {
      const k = await kernel();
      await expect(make(k)).rejects.toThrow(line);
    });
  };
  stop("a setup that throws", (k) => start(k, [plugin("broken", () => { throw new Error("no licence"); })]), /^plugin broken, setup: no licence \(start with --without broken/);
  stop("a setup that rejects", (k) => start(k, [plugin("broken", async () => { throw new Error("no route"); })]), /^plugin broken, setup: no route/);
  stop("a setting that is not as its schema says", async (k) => { await settle(k, "mail", { port: "many" }); await start(k, [plugin("mail", () => undefined, z.object({ port: z.int() }))]); }, /^plugin mail, settings\.port: /);
  stop("a setting that is missing", (k) => start(k, [plugin("mail", () => undefined, z.object({ server: z.object({ host: z.string() }) }))]), /^plugin mail, settings\.server: /);
  stop("a setting nobody knows", async (k) => { await settle(k, "mail", { colour: "red" }); await start(k, [idle("mail")]); }, /^plugin mail, settings\.colour: /);
  stop("two providers where there is room for one", (k) => start(k, [plugin("other", (host) => { host.provide("files", k.files); })]), /^plugin other, provide files: plugin disk provides it already/);
  stop("an unknown extension point", (k) => start(k, [plugin("odd", (host) => { host.provide("teleport" as "files", k.files); })]), /^plugin odd, provide teleport: there is no such/);
  stop("another contract", (k) => start(k, [{ ...idle("future"), contract: 2 as 1 }]), /^plugin future, contract: must be 1/);
  stop("an id with strange letters", (k) => start(k, [idle("Ärger")]), /^plugin Ärger, id: must be lower-case/);
  stop("two plugins of one id", (k) => start(k, [idle("twin"), idle("twin")]), /^plugin twin, id: two plugins have it/);
  stop("a cron expression that is none", (k) => start(k, [plugin("cron", (host) => { host.every("whenever", "run", async () => undefined); })]), /^plugin cron, every run: "whenever"/);
  stop("routes outside its own address", (k) => start(k, [plugin("web", (host) => {
    host.routes({ go: endpoint({ method: "GET", path: "/api/people/all", permission: "self", input: z.strictObject({}), output: z.strictObject({}), summary: "x" }) }, { go: async () => ({}) });
  })]), /^plugin web, routes go: must lie under \/api\/plugins\/web\//);
  stop("leaving out a plugin that does not exist", (k) => start(k, [], { without: ["dsik"] }), /^plugin dsik, --without: there is no such plugin; there are disk/);
  stop("leaving out what Muster needs", (k) => start(k, [], { without: ["disk"] }), /no running plugin provides "files".*disk \(without\)/);
  stop("a folder without an entry", (k) => start(k, [], { folders: [folder({ "read.me": "x" })] }), /MUSTER_PLUGINS: .* has no index\.ts/);
  stop("a folder whose code does not load", (k) => start(k, [], { folders: [folder({ "index.mjs": "import 'nowhere-to-be-found';" })] }), /index\.mjs: cannot be loaded/);
  stop("a folder that exports something else", (k) => start(k, [], { folders: [folder({ "index.mjs": "export default { id: 'half', title: 'Half' };" })] }), /^plugin half, version: /);
});

describe("a plugin", () => {
  test("left out by --without or switched off in the console does not run, and its fault is no stop", async () => {
    const k = await kernel();
    const broken = plugin("broken", () => { throw new Error("no"); });
    const facts = (await start(k, [broken], { without: ["broken"] })).facts();
    expect(facts.map((f) => [f.id, f.leftOut])).toEqual([["disk", null], ["broken", "without"]]);
    await k.database.unit((db) => db.run("UPDATE plugin_states SET is_enabled = ? WHERE plugin_id = 'broken'", [false]));
    expect((await start(k, [broken])).facts()[1]?.leftOut).toBe("switched_off");
  });

  test("of an operator's folder runs by the same loader and is named by its hash", async () => {
    const k = await kernel();
    const code = (version: string): string => `import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
      export default { id: "own", title: "Own", version: "${version}", contract: 1, settings: z.object({}), setup(host) { host.onStop(() => {}); } };`;
    const [one, same, other] = [folder({ "index.mjs": code("1") }), folder({ "index.mjs": code("1") }), folder({ "index.mjs": code("2") })].map((f) => async () => (await start(k, [], { folders: [f] })).facts()[1]?.origin);
    const first = await one?.();
    expect(first).toMatchObject({ kind: "folder", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await same?.()).toMatchObject({ sha256: first?.kind === "folder" ? first.sha256 : "" });
    expect(await other?.()).not.toMatchObject({ sha256: first?.kind === "folder" ? first.sha256 : "" });
  });

  test("may register during its setup only", async () => {
    const k = await kernel();
    let kept: Host | undefined;
    await start(k, [plugin("late", (host) => { kept = host; })]);
    expect(() => kept?.on("x.y", "see", async () => undefined)).toThrow("plugin late called on after its setup");
    expect(() => kept?.provide("files", k.files)).toThrow("called provide after its setup");
    expect(() => kept?.every("* * * * *", "run", async () => undefined)).toThrow("called every after its setup");
    expect(() => kept?.onStop(() => undefined)).toThrow("called onStop after its setup");
  });

  test("sees its settings frozen and with defaults, and no environment, database or other plugin", async () => {
    const k = await kernel();
    let host: Host | undefined;
    await settle(k, "mail", { host: "mx" });
    await start(k, [plugin("mail", (h) => { host = h; }, z.object({ host: z.string(), port: z.int().default(25), password: secret().optional() }))]);
    expect(host?.settings).toEqual({ host: "mx", port: 25 });
    expect(Object.isFrozen(host?.settings)).toBe(true);
    expect(Object.keys(host ?? {}).sort()).toEqual(["clock", "data", "every", "home", "log", "on", "onStop", "provide", "routes", "settings"]);
  });

  test("shows secrets as write-only in its settings schema", async () => {
    const k = await kernel();
    const host = await start(k, [plugin("mail", () => undefined, z.object({ password: secret().default("") }))]);
    expect(host.facts()[1]?.settingsSchema).toMatchObject({ properties: { password: { type: "string", writeOnly: true } } });
  });

  test("keeps records apart from every other plugin", async () => {
    const k = await kernel();
    const hosts: Host[] = [];
    await start(k, [plugin("one", (h) => { hosts.push(h); }), plugin("two", (h) => { hosts.push(h); })]);
    const [one, two] = hosts;
    await one?.data.set("a", { n: 1 });
    await one?.data.set("b%", "text");
    await two?.data.set("a", "other");
    await one?.data.set("a", { n: 2 });
    expect(await one?.data.get("a")).toEqual({ n: 2 });
    expect(await one?.data.get("b%")).toBe("text");
    expect(await two?.data.get("b%")).toBeUndefined();
    expect(await one?.data.keys("b%")).toEqual(["b%"]);
    await one?.data.remove("a");
    expect(await two?.data.get("a")).toBe("other");
    await expect(one?.data.set("", 1)).rejects.toMatchObject({ code: "request.invalid" });
    await expect(one?.data.set("big", "x".repeat(70_000))).rejects.toMatchObject({ code: "request.too_large" });
  });
});

describe("at run time", () => {
  test("failures are counted, kept, and passed to whoever called; refusals are not failures", async () => {
    const k = await kernel();
    const flaky = plugin("flaky", (host) => {
      host.provide("certificate-format", { id: "f", type: "text/plain", get module(): URL { throw new Error("not here"); } });
      host.on("tests.happened", "see", async (payload) => { if (payload === 1) throw new Error("cannot take one"); if (payload === 2) throw kernelFailures.invalid(); });
    });
    const host = await start(k, [flaky]);
    const relay = new OutboxRelay(k, host.subscribers, "one");
    const runner = new JobRunner(k, { ...host.jobs, "event.deliver": relay.deliverer });
    await asSystem(k, "tests", async (ctx) => { for (const n of [1, 2, 3]) ctx.emit("tests.happened", n); });
    await relay.runUntilIdle();
    await runner.runUntilIdle();
    expect(host.facts()[1]?.failures).toMatchObject({ count: 1, last: "cannot take one", lastAt: k.clock.now() });
    await host.stop();
    expect(await k.database.read.rows("SELECT failure_count, last_failure FROM plugin_states WHERE plugin_id = 'flaky'")).toEqual([{ failure_count: 1, last_failure: "cannot take one" }]);
    const states = await k.database.read.rows<{ state: string }>("SELECT state FROM jobs ORDER BY id");
    expect(states.map((s) => s.state)).toEqual(["queued", "queued", "done"]);
  });

  test("recurring work runs once a tick, outside any transaction, and is tried again", async () => {
    const k = await kernel();
    let runs = 0;
    const host = await start(k, [plugin("feed", (h) => { h.every("*/5 * * * *", "read", async () => { if (runs++ === 0) throw new Error("down"); }); })]);
    const scheduler = new Scheduler(k, host.schedules, "one");
    const runner = new JobRunner(k, { ...host.jobs });
    await scheduler.runDue();
    k.clock.advance(300_000);
    await scheduler.runDue();
    await runner.runUntilIdle();
    expect(runs).toBe(1);
    k.clock.advance(2_000);
    await runner.runUntilIdle();
    expect(runs).toBe(2);
    expect(host.facts()[1]?.failures.count).toBe(1);
  });

  test("an implementation's faults are charged to it, with or without a promise", async () => {
    const k = await kernel();
    const bad = plugin("bad", (h) => {
      h.provide("certificate-format", Object.assign({ id: "bad", type: "text/plain", module: new URL("file:///nowhere") }, { now: () => { throw new Error("at once"); }, later: async () => { throw new Error("later"); } }));
    });
    const host = await start(k, [bad]);
    const format = host.all("certificate-format")[0] as unknown as { now(): void; later(): Promise<void> };
    expect(() => { format.now(); }).toThrow("at once");
    await expect(format.later()).rejects.toThrow("later");
    expect(host.facts()[1]?.failures).toMatchObject({ count: 2, last: "later" });
    expect(host.facts()[1]?.points).toEqual(["certificate-format"]);
  });

  test("an error that escapes from a timer is charged to its plugin; the third within ten minutes leaves it out", async () => {
    const k = await kernel();
    let host: PluginHost | undefined;
    const charged: (string | undefined)[] = [];
    const escaping = plugin("escaping", (h) => { h.on("tests.happened", "see", async () => { setTimeout(() => { charged.push(host?.charge(new Error("escaped"))); }, 1); }); });
    for (let crash = 0; crash < 3; crash++) {
      host = await start(k, [escaping]);
      expect(host.facts()[1]?.leftOut).toBeNull();
      await host.subscribers[0]?.deliver(1, { id: "e", at: k.clock.now() });
      await expect.poll(() => charged.length, { interval: 2 }).toBe(crash + 1);
      await host.stop();
      k.clock.advance(60_000);
    }
    expect(charged).toEqual(["escaping", "escaping", "escaping"]);
    expect(host?.charge(new Error("Muster's own"))).toBeUndefined();
    expect((await start(k, [escaping])).facts()[1]?.leftOut).toBe("crashed");
    k.clock.advance(600_000);
    expect((await start(k, [escaping])).facts()[1]?.leftOut).toBeNull();
  });

  test("ends in reverse order, and one that does not want to end delays nobody else", async () => {
    const k = await kernel();
    const ended: string[] = [];
    const host = await start(k, [plugin("one", (h) => { h.onStop(() => { ended.push("one"); }); }), plugin("two", (h) => { h.onStop(() => { ended.push("two"); throw new Error("no"); }); })]);
    await host.stop();
    expect(ended).toEqual(["two", "one"]);
  });
});
