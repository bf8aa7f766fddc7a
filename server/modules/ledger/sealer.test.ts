import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ledgerWorld, type LedgerWorld } from "../../../test/harness/ledger.ts";
import { openKeys } from "../../kernel/keys.ts";
import { asSystem } from "../../kernel/unit.ts";
import { startSealer } from "./sealer.ts";

let w: LedgerWorld;
beforeEach(async () => { w = await ledgerWorld(); });
afterEach(async () => { await w.close(); });

const heads = () => w.kernel.database.read.rows<{ number: number; first_seq: number; size: number; epoch: number; sealed_at: string }>("SELECT number, first_seq, size, epoch, sealed_at FROM checkpoints ORDER BY number");
const alarms = (): unknown[] => w.kernel.lines.filter((l) => l["level"] === 50).map((l) => l["problem"]);

it("gives dense places and signs a head per batch, never two at one instant", async () => {
  await w.put("a", 1);
  await w.put("b", 1);
  expect(await w.sealer.sealNow()).toEqual({ sealed: 2, state: "sealed" });
  expect(await w.sealer.sealNow()).toEqual({ sealed: 0, state: "idle" });
  await w.put("c", 1);
  await w.sealer.sealNow();
  expect(await heads()).toEqual([
    { number: 1, first_seq: 0, size: 2, epoch: 1, sealed_at: "2027-03-01T08:00:00.000Z" },
    { number: 2, first_seq: 2, size: 3, epoch: 1, sealed_at: "2027-03-01T08:00:00.001Z" },
  ]);
});

it("recorded time never falls when the clock is set back", async () => {
  await w.put("a", 1);
  await w.sealer.sealNow();
  w.kernel.clock.advance(-3_600_000);
  await w.put("b", 1);
  await w.sealer.sealNow();
  expect((await heads()).map((h) => h.sealed_at)).toEqual(["2027-03-01T08:00:00.000Z", "2027-03-01T08:00:00.001Z"]);
  expect((await w.verify()).ok).toBe(true);
});

it("only one of two seals; the other takes over when the lease is given back", async () => {
  const other = w.twin();
  await w.put("a", 1);
  await w.sealer.sealNow();
  await w.put("b", 1);
  expect(await other.sealer.sealNow()).toEqual({ sealed: 0, state: "held" });
  await Promise.all(Array.from({ length: 40 }, (_, i) => asSystem(i % 2 === 0 ? w.kernel : other.kernel, "tests", async (ctx) => { ctx.audit("things.made", { kind: "thing", id: `t${i}` }, { after: { i } }); })));
  const outcomes = await Promise.all([w.sealer.sealNow(), other.sealer.sealNow(), w.sealer.sealNow(), other.sealer.sealNow()]);
  // The other finds the lease held, or nothing left to do; it never seals.
  expect([outcomes[1]?.state, outcomes[3]?.state]).not.toContain("sealed");
  await w.sealer.stop();
  await w.put("c", 1);
  expect(await other.sealer.sealNow()).toMatchObject({ sealed: 1 });
  expect((await heads()).at(-1)).toMatchObject({ epoch: 2, size: 43 });
  expect(await w.verify()).toMatchObject({ ok: true, entries: 43, unsealed: 0 });
});

it("a late commit with an early id is sealed, not skipped", async () => {
  const append = (id: string) => w.kernel.database.unit((db) => w.ledger.append({ db, tenantId: "main", now: w.kernel.clock.now(), actor: { kind: "system", id: "x", personId: null, accountId: null, loginId: null, permissions: new Map(), language: "en" }, requestId: "r", newId: () => id }, [{ action: "a.b", target: { kind: "k", id } }]));
  await append("zzz");
  await w.sealer.sealNow();
  await append("aaa");
  expect(await w.sealer.sealNow()).toEqual({ sealed: 1, state: "sealed" });
});

it("one target's entries stand in the order of their versions, whatever their ids", async () => {
  await w.kernel.database.unit(async (db) => {
    let n = 9;
    await w.ledger.append({ db, tenantId: "main", now: w.kernel.clock.now(), actor: { kind: "system", id: "x", personId: null, accountId: null, loginId: null, permissions: new Map(), language: "en" }, requestId: "r", newId: () => `id${n--}` },
      [1, 2, 3].map(() => ({ action: "a.b", target: { kind: "k", id: "same" } })));
  });
  await w.sealer.sealNow();
  expect((await w.kernel.database.read.rows<{ v: number }>("SELECT i.target_version AS v FROM ledger_entries e JOIN ledger_intakes i ON i.id = e.intake_id ORDER BY e.seq")).map((r) => r.v)).toEqual([1, 2, 3]);
});

it("without its key it seals nothing and says so, business goes on, and later all is sealed in order", async () => {
  const dir = join(w.kernel.home, "data", "keys");
  rmSync(join(dir, "ledger-signing-key"), { force: true });
  const keyless = w.twin(openKeys(dir));
  await w.put("a", 1);
  await asSystem(keyless.kernel, "tests", async (ctx) => { ctx.audit("things.made", { kind: "thing", id: "1" }); });
  expect(await keyless.sealer.sealNow()).toEqual({ sealed: 0, state: "no_key" });
  expect(keyless.sealer.status().problems).toEqual(["no_key"]);
  expect(alarms()).toEqual(["no_key"]);
  expect(await heads()).toEqual([]);
  await keyless.sealer.stop();
  expect(await w.sealer.sealNow()).toEqual({ sealed: 2, state: "sealed" });
  expect((await w.verify()).ok).toBe(true);
});

it("another instance's key never extends this ledger", async () => {
  await w.put("a", 1);
  await w.sealer.sealNow();
  await w.sealer.stop();
  const dir = join(w.kernel.home, "data", "stranger");
  const foreign = { ...w.keys, signer: openKeys(dir).signer, publicKey: openKeys(dir).publicKey };
  const other = w.twin(foreign);
  await w.put("b", 1);
  expect(await other.sealer.sealNow()).toEqual({ sealed: 0, state: "foreign_key" });
  expect(alarms()).toEqual(["foreign_key"]);
  expect(await heads()).toHaveLength(1);
});

it("seals more than one batch at once", async () => {
  for (let n = 0; n < 5; n++) await w.unit(async (ctx) => { for (let i = 0; i < 1_000; i++) ctx.audit("things.made", { kind: "thing", id: `${n}-${i}` }); });
  expect(await w.sealer.sealNow()).toEqual({ sealed: 5_000, state: "sealed" });
  expect((await heads()).map((h) => h.size)).toEqual([2_048, 4_096, 5_000]);
  expect((await w.verify()).ok).toBe(true);
  expect(await w.kernel.database.read.rows("SELECT level, idx, width FROM ledger_tiles WHERE level = 1 ORDER BY idx")).toEqual([{ level: 1, idx: 0, width: 19 }]);
  await expect(w.kernel.database.unit((db) => db.run("UPDATE ledger_tiles SET hashes = hashes WHERE width = 256"))).rejects.toThrow();
});

it("seals by itself in the background, and alarms when entries wait for more than a minute", async () => {
  const own = startSealer({ database: w.kernel.database, keys: w.keys, clock: w.kernel.clock, log: w.kernel.log, holder: "background", ledger: w.ledger, everyMs: 5 });
  await w.put("a", 1);
  while ((await heads()).length === 0) await new Promise((r) => setTimeout(r, 5));
  await own.stop();
  const dir = join(w.kernel.home, "data", "keys");
  rmSync(join(dir, "ledger-signing-key"), { force: true });
  const keyless = startSealer({ database: w.kernel.database, keys: openKeys(dir), clock: w.kernel.clock, log: w.kernel.log, holder: "keyless", everyMs: 5 });
  await w.put("b", 1);
  w.kernel.clock.advance(61_000);
  while (!keyless.status().problems.includes("lagging")) await new Promise((r) => setTimeout(r, 5));
  expect(keyless.status().lagMs).toBe(61_000);
  await keyless.stop();
  expect(alarms()).toEqual(expect.arrayContaining(["no_key", "lagging"]));
});

it("an orderly stop seals what is left", async () => {
  await w.put("a", 1);
  await w.sealer.stop();
  expect(await w.verify()).toMatchObject({ ok: true, entries: 1, unsealed: 0 });
});

it("a lost table is an alarm, not a crash", async () => {
  await w.forge(["DROP TABLE leases"]);
  await w.put("a", 1);
  await expect(w.sealer.sealNow()).rejects.toThrow();
  await w.put("b", 1);
});
