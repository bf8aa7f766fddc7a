import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerWorld, type LedgerWorld } from "../../../test/harness/ledger.ts";
import { asSystem } from "../../kernel/unit.ts";
import { readBody } from "./body.ts";

let w: LedgerWorld;
beforeEach(async () => { w = await ledgerWorld(); });
afterEach(async () => { await w.close(); });

interface Intake { id: string; body: Uint8Array; target_version: number; writer_n: number; writer_voids: unknown; created_at: string; actor_id: string; subject_id: string | null }
const intakes = (): Promise<Intake[]> => w.kernel.database.read.rows<Intake>("SELECT * FROM ledger_intakes ORDER BY writer_n");
const bodies = async () => (await intakes()).map((i) => readBody(i.body));
const parsed = (voids: unknown): unknown => (typeof voids === "string" ? JSON.parse(voids) as unknown : voids);
const everything = async (): Promise<string> => {
  let out = "";
  for (const table of ["ledger_intakes", "ledger_entries", "ledger_payloads", "person_keys", "ledger_unsealed"]) {
    for (const row of await w.kernel.database.read.rows(`SELECT * FROM ${table}`)) for (const v of Object.values(row)) out += `${v instanceof Uint8Array ? Buffer.from(v).toString("latin1") : String(v)}\n`;
  }
  return out;
};

describe("an entry", () => {
  it("is written in the transaction of its change", async () => {
    await w.put("colour", "blue", "p1");
    const [row] = await intakes();
    const [body] = await bodies();
    expect(body).toMatchObject({ v: 1, id: row?.id, tenant: "main", type: "settings.changed", at: "2027-03-01T08:00:00.000Z", actor: "system:tests", subject: "p1", target: { kind: "setting", id: "colour" }, targetVersion: 1 });
    expect(Object.keys(body?.pii ?? {}).sort()).toEqual(["after", "before", "reason"]);
    expect(row).toMatchObject({ created_at: "2027-03-01T08:00:00.000Z", actor_id: "tests", subject_id: "p1", writer_n: 1 });
  });
  it("holds personal values nowhere in the clear", async () => {
    await w.put("name", { given: "Canarina", family: "Hidden-Sparrow" }, "p1");
    await w.put("other", "Canarina");
    await w.sealer.sealNow();
    expect(await everything()).not.toMatch(/Canarina|Hidden-Sparrow|because of/);
  });
  it("commits to states so that guesses about an erased person cannot be tested", async () => {
    await w.put("same", "x", "p1");
    await w.put("same2", "x", "p2");
    const [a, b] = await bodies();
    expect(a?.next).not.toBe(b?.next);
    expect(a?.pii.after).not.toBe(b?.pii.after);
  });
  it("counts versions of its target when none is given, and never repeats one", async () => {
    await w.unit(async (ctx) => {
      ctx.audit("things.made", { kind: "thing", id: "1" });
      ctx.audit("things.named", { kind: "thing", id: "1" });
      ctx.audit("things.made", { kind: "thing", id: "2", version: 7 });
      ctx.audit("things.seen", { kind: "thing", id: "2", version: 7 });
    });
    await w.unit(async (ctx) => { ctx.audit("things.closed", { kind: "thing", id: "2", version: 3 }); });
    expect((await intakes()).map((i) => i.target_version)).toEqual([1, 2, 7, 8, 9]);
  });
  it("takes masses of entries in one unit", async () => {
    await w.unit(async (ctx) => { for (let i = 0; i < 320; i++) ctx.audit("things.made", { kind: "thing", id: `t${i}` }, { after: { i }, subject: `p${i % 7}` }); });
    expect(await intakes()).toHaveLength(320);
    expect((await w.kernel.database.read.rows("SELECT person_id FROM person_keys"))).toHaveLength(7);
  });
});

describe("what cannot be kept undoes the change", () => {
  const attempt = (after: unknown, subject?: string) => w.unit(async (ctx) => {
    await ctx.db.run("INSERT INTO settings (tenant_id, name, value, updated_at, row_version) VALUES ('main','x','1',?,1)", [ctx.now]);
    ctx.audit("settings.changed", { kind: "setting", id: "x" }, { after, ...(subject === undefined ? {} : { subject }) });
  });
  it.each([["a fraction", { share: 0.5 }], ["undefined", { a: undefined }], ["a Date", new Date(0)], ["half a character", "\ud800"], ["more than 1 MiB", "x".repeat(1_048_577)]])("%s", async (_name, after) => {
    await expect(attempt(after)).rejects.toThrow();
    expect(await w.kernel.database.read.rows("SELECT name FROM settings")).toEqual([]);
    expect(await intakes()).toEqual([]);
  });
  it("a failing intake", async () => {
    await w.forge([`ALTER TABLE ledger_unsealed RENAME TO gone`]);
    await expect(attempt("y")).rejects.toThrow();
    expect(await w.kernel.database.read.rows("SELECT name FROM settings")).toEqual([]);
  });
  it("a value of 900 kB is kept, its entry stays small", async () => {
    await attempt("x".repeat(900_000));
    expect((await intakes())[0]?.body.length).toBeLessThan(1_000);
  });
});

describe("numbers of a writer", () => {
  it("are dense, and a rolled-back one is named in the next row", async () => {
    await w.put("a", 1);
    // The second entry of the unit cannot be written, so numbers were not taken; a unit that fails after its entries has taken them.
    await expect(w.kernel.database.unit(async (db) => {
      try {
        await w.ledger.append({ db, tenantId: "main", now: w.kernel.clock.now(), actor: { kind: "system", id: "x", personId: null, accountId: null, loginId: null, permissions: new Map(), language: "en" }, requestId: "r", newId: () => "id1" }, [{ action: "a.b", target: { kind: "k", id: "1" } }]);
        throw new Error("late");
      } catch (error) { w.ledger.settled(db, false); throw error; }
    })).rejects.toThrow("late");
    await w.put("b", 1);
    await w.put("c", 1);
    expect((await intakes()).map((i) => [i.writer_n, parsed(i.writer_voids)])).toEqual([[1, null], [3, [2]], [4, null]]);
    expect((await w.verify()).findings).toEqual([]);
  });
  it("of a unit refused after its entries are named too, when that next unit fails as well", async () => {
    const fails = () => asSystem(w.kernel, "tests", async (ctx) => {
      ctx.audit("a.b", { kind: "k", id: "1" });
      // The event cannot be stored, so the transaction fails after its entries were written.
      ctx.emit("x", 1n);
    });
    await expect(fails()).rejects.toThrow();
    await expect(fails()).rejects.toThrow();
    await w.put("a", 1);
    expect((await intakes()).map((i) => [i.writer_n, parsed(i.writer_voids)])).toEqual([[3, [1, 2]]]);
    expect((await w.verify()).ok).toBe(true);
  });
  it("a key made in a rolled-back unit is not used again", async () => {
    await expect(asSystem(w.kernel, "tests", async (ctx) => { ctx.audit("a.b", { kind: "k", id: "1" }, { after: 1, subject: "p9" }); ctx.emit("x", 1n); })).rejects.toThrow();
    await w.put("a", 1, "p9");
    await w.put("b", 1, "p9");
    expect((await w.verify()).findings).toEqual([]);
  });
});

it("an erased person gets entries without values", async () => {
  await w.put("a", 1, "p1");
  await w.forge(["UPDATE person_keys SET wrapped_key = NULL, destroyed_at = '2027-03-01T08:00:00.000Z' WHERE person_id = 'p1'"]);
  w.ledger.personKeys.forget("p1");
  await w.put("b", 2, "p1");
  await w.sealer.sealNow();
  expect(await w.kernel.database.read.rows("SELECT intake_id FROM ledger_payloads")).toHaveLength(1);
  expect((await w.verify()).findings).toEqual([]);
});
