import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerWorld, type LedgerWorld } from "../../../test/harness/ledger.ts";
import { openKeys } from "../../kernel/keys.ts";
import { massChange } from "../../kernel/ledger.ts";
import { jcs } from "../../kernel/jcs.ts";
import { leafHash, nodeHash } from "./merkle.ts";
import { checkpointText, signNote } from "./note.ts";

let w: LedgerWorld;
beforeEach(async () => { w = await ledgerWorld(); });
afterEach(async () => { await w.close(); });

const rows = <T>(sql: string): Promise<T[]> => w.kernel.database.read.rows<T>(sql);
const idAt = async (seq: number): Promise<string> => (await rows<{ intake_id: string }>(`SELECT intake_id FROM ledger_entries WHERE seq = ${seq}`))[0]!.intake_id;
/** Twelve sealed entries in three batches, settings s0 to s5 written twice. */
async function history(): Promise<void> {
  for (let i = 0; i < 12; i++) {
    await w.put(`s${i % 6}`, i, i % 2 === 0 ? `p${i % 6}` : undefined);
    w.kernel.clock.advance(500);
    if (i % 4 === 3) await w.sealer.sealNow();
  }
}
const codes = (v: Awaited<ReturnType<LedgerWorld["verify"]>>): string[] => v.findings.map((f) => f.code);

describe("an honest ledger", () => {
  it("verifies: empty, unsealed, sealed, and after 700 entries over tile borders", async () => {
    expect(await w.verify()).toMatchObject({ ok: true, entries: 0, checkpoints: 0 });
    await w.put("first", 1);
    expect(await w.verify()).toMatchObject({ ok: true, entries: 0, unsealed: 1, notices: [] });
    w.kernel.clock.advance(61_000);
    expect(await w.verify()).toMatchObject({ ok: true, unsealed: 1, notices: [{ code: "unsealed" }] });
    await history();
    expect(await w.verify()).toMatchObject({ ok: true, entries: 13, unsealed: 0, checkpoints: 3, states: 7, findings: [], notices: [] });
    for (let n = 0; n < 7; n++) {
      await w.unit(async (ctx) => { for (let i = 0; i < 100; i++) ctx.audit("things.made", { kind: "thing", id: `${n}-${i}` }, { after: { n, i } }); });
      await w.sealer.sealNow();
    }
    const anchor = (await rows<{ note: string }>("SELECT note FROM checkpoints WHERE number = 5"))[0]!.note;
    expect(await w.verify({ anchors: [anchor] })).toMatchObject({ ok: true, entries: 713, checkpoints: 10, findings: [] });
  });
  it("finds rows written in mass in their mass entry", async () => {
    const mass = ["m1", "m2"].map((id) => ({ id, state: { value: id, version: 1 } }));
    await w.unit(async (ctx) => {
      for (const m of mass) await ctx.db.run("INSERT INTO settings (tenant_id, name, value, updated_at, row_version) VALUES ('main',?,?,?,1)", [m.id, JSON.stringify(m.id), ctx.now]);
      ctx.audit("settings.loaded", { kind: "settings", id: ctx.newId() }, massChange("setting", mass));
    });
    await w.put("m2", "own");
    expect(await w.verify()).toMatchObject({ ok: true, states: 2 });
    await w.forge(["UPDATE settings SET value = '\"evil\"' WHERE name = 'm1'"]);
    expect((await w.verify()).findings).toMatchObject([{ code: "state_differs", target: { kind: "setting", id: "m1" } }]);
  });
});

describe("a superuser's hand is found, and the first bad entry named", () => {
  beforeEach(history);
  it("guards hold against ordinary SQL", async () => {
    for (const sql of ["UPDATE ledger_intakes SET type = 'x'", "DELETE FROM ledger_intakes", "UPDATE ledger_entries SET seq = seq + 100", "DELETE FROM ledger_entries", "DELETE FROM checkpoints", "UPDATE checkpoints SET size = 1"]) {
      await expect(w.kernel.database.unit((db) => db.run(sql))).rejects.toThrow();
    }
    expect((await w.verify()).ok).toBe(true);
  });
  it("a changed body", async () => {
    const id = await idAt(5);
    const body = Buffer.from((await rows<{ body: Uint8Array }>(`SELECT body FROM ledger_intakes WHERE id = '${id}'`))[0]!.body).toString().replace("system:tests", "system:other");
    await w.forge(["UPDATE ledger_intakes SET body = ? WHERE id = ?", Buffer.from(body), id]);
    const found = (await w.verify()).findings;
    expect(found[0]).toMatchObject({ code: "leaf_changed", seq: 5, entryId: id, target: { kind: "setting", id: "s5" } });
  });
  it("a changed body with its leaf hash in every table but the tree", async () => {
    const id = await idAt(5);
    const body = Buffer.from(Buffer.from((await rows<{ body: Uint8Array }>(`SELECT body FROM ledger_intakes WHERE id = '${id}'`))[0]!.body).toString().replace("system:tests", "system:other"));
    await w.forge(["UPDATE ledger_intakes SET body = ?, actor_id = 'other', leaf_hash = ? WHERE id = ?", body, leafHash(body), id], ["UPDATE ledger_entries SET leaf_hash = ? WHERE seq = 5", leafHash(body)]);
    expect((await w.verify()).findings[0]).toMatchObject({ code: "leaf_swapped", seq: 5, entryId: id });
    // And when the tile is rewritten too, the signed root gives it away.
    const tile = Buffer.from((await rows<{ hashes: Uint8Array }>("SELECT hashes FROM ledger_tiles"))[0]!.hashes);
    leafHash(body).copy(tile, 5 * 32);
    await w.forge(["UPDATE ledger_tiles SET hashes = ?", tile]);
    expect((await w.verify()).findings[0]).toMatchObject({ code: "root_differs", seq: 4, message: expect.stringContaining("4 to 7") as string });
  });
  it("changed columns beside an untouched body", async () => {
    const id = await idAt(2);
    await w.forge(["UPDATE ledger_intakes SET actor_id = 'innocent' WHERE id = ?", id]);
    expect((await w.verify()).findings).toMatchObject([{ code: "columns_differ", seq: 2, entryId: id }]);
    await w.forge(["UPDATE ledger_intakes SET actor_id = 'tests', created_at = '2020-01-01T00:00:00.000Z' WHERE id = ?", id]);
    expect((await w.verify()).findings).toMatchObject([{ code: "columns_differ", seq: 2, entryId: id }]);
  });
  it("a removed entry, in the middle and at the end", async () => {
    const id = await idAt(6);
    await w.forge(["DELETE FROM ledger_entries WHERE seq = 6"], ["DELETE FROM ledger_payloads WHERE intake_id = ?", id], ["DELETE FROM ledger_intakes WHERE id = ?", id]);
    expect((await w.verify()).findings[0]).toMatchObject({ code: "entry_missing", seq: 6 });
    expect(codes(await w.verify())).not.toContain("root_differs");
    await w.forge(["DELETE FROM ledger_entries WHERE seq = 11"]);
    expect((await w.verify()).findings.filter((f) => f.code === "entry_missing").map((f) => f.seq)).toEqual([6, 11]);
  });
  it("removed contents", async () => {
    const id = await idAt(3);
    await w.forge(["DELETE FROM ledger_intakes WHERE id = ?", id]);
    expect((await w.verify()).findings[0]).toMatchObject({ code: "intake_missing", seq: 3, entryId: id });
  });
  it("two entries that changed places", async () => {
    const [a, b] = [await idAt(1), await idAt(9)];
    await w.forge(["UPDATE ledger_entries SET intake_id = 'aside' WHERE seq = 1"], ["UPDATE ledger_entries SET intake_id = ? WHERE seq = 9", a], ["UPDATE ledger_entries SET intake_id = ? WHERE seq = 1", b]);
    expect((await w.verify()).findings.map((f) => [f.code, f.seq])).toEqual([["leaf_swapped", 1], ["leaf_swapped", 9]]);
  });
  it("renumbered entries", async () => {
    await w.forge(["UPDATE ledger_entries SET seq = 50 WHERE seq = 11"]);
    expect((await w.verify()).findings[0]).toMatchObject({ code: "entry_missing", seq: 11 });
  });
  it("an entry put in between without the sealer", async () => {
    await w.put("late", 1);
    const id = (await rows<{ intake_id: string }>("SELECT intake_id FROM ledger_unsealed"))[0]!.intake_id;
    await w.forge(["DELETE FROM ledger_unsealed"], ["INSERT INTO ledger_entries (seq, intake_id, leaf_hash) SELECT 12, id, leaf_hash FROM ledger_intakes WHERE id = ?", id]);
    expect((await w.verify()).findings[0]).toMatchObject({ seq: 12 });
    expect(codes(await w.verify())).toContain("beyond_checkpoint");
  });
  it("a cut-off end, by the newest signed head or by one kept outside", async () => {
    const anchor = (await rows<{ note: string }>("SELECT note FROM checkpoints ORDER BY number DESC LIMIT 1"))[0]!.note;
    await w.forge(["DELETE FROM ledger_entries WHERE seq >= 8"], ["DELETE FROM ledger_payloads WHERE intake_id NOT IN (SELECT intake_id FROM ledger_entries)"], ["DELETE FROM ledger_intakes WHERE id NOT IN (SELECT intake_id FROM ledger_entries)"]);
    expect((await w.verify()).findings[0]).toMatchObject({ code: "entry_missing", seq: 8 });
    await w.forge(["DELETE FROM checkpoints WHERE number = 3"]);
    expect((await w.verify({ anchors: [anchor] })).findings.map((f) => f.code)).toContain("anchor_differs");
  });
  it("a missing, renumbered or resized checkpoint", async () => {
    await w.forge(["DELETE FROM checkpoints WHERE number = 2"]);
    expect(codes(await w.verify())).toEqual(expect.arrayContaining(["checkpoint_missing", "checkpoint_order"]));
  });
  it.each([["+1", 1], ["-1", -1]])("a checkpoint of size %s", async (_n, by) => {
    await w.forge([`UPDATE checkpoints SET size = size + (${by}) WHERE number = 2`]);
    expect(codes(await w.verify())).toContain("checkpoint_note");
  });
  it("a checkpoint signed by another key, or of another origin", async () => {
    const other = openKeys(join(w.kernel.home, "data", "other"));
    const [c] = await rows<{ size: number; root: Uint8Array }>("SELECT size, root FROM checkpoints WHERE number = 2");
    await w.forge(["UPDATE checkpoints SET note = ? WHERE number = 2", signNote(checkpointText(w.keys.signer!.name, c!.size, c!.root), other.signer!, other.publicKey!)]);
    expect((await w.verify()).findings).toMatchObject([{ code: "checkpoint_note", seq: 4 }]);
    await w.forge(["UPDATE checkpoints SET note = ? WHERE number = 2", signNote(checkpointText("muster/elsewhere", c!.size, c!.root), w.keys.signer!, w.keys.publicKey!)]);
    expect((await w.verify()).findings).toMatchObject([{ code: "checkpoint_note", seq: 4 }]);
    await expect(w.verify({ anchors: [signNote(checkpointText("x", 1, c!.root), other.signer!, other.publicKey!)] })).rejects.toThrow("was not signed by this ledger's key");
  });
  it("a changed, missing or additional tile", async () => {
    await w.forge(["INSERT INTO ledger_tiles (level, idx, width, hashes) VALUES (3, 0, 1, ?)", nodeHash(Buffer.alloc(32), Buffer.alloc(32))]);
    expect(codes(await w.verify())).toEqual(["tile_extra"]);
    await w.forge(["DELETE FROM ledger_tiles"]);
    expect(codes(await w.verify())).toEqual(["tile_missing"]);
  });
  it("removed values", async () => {
    await w.forge(["DELETE FROM ledger_payloads WHERE intake_id = ?", await idAt(4)]);
    expect((await w.verify()).findings).toMatchObject([{ code: "value_differs", entryId: await idAt(4) }]);
  });
  it("values moved to another entry", async () => {
    const [a, b] = [await idAt(0), await idAt(6)];
    await w.forge(["DELETE FROM ledger_payloads WHERE intake_id = ?", a], ["UPDATE ledger_payloads SET intake_id = ? WHERE intake_id = ?", a, b]);
    expect(codes(await w.verify())).toEqual(["value_differs", "value_differs"]);
  });
});

describe("the business rows are held against the ledger", () => {
  beforeEach(history);
  it("a changed row", async () => {
    await w.forge(["UPDATE settings SET value = '99' WHERE name = 's3'"]);
    expect((await w.verify()).findings).toMatchObject([{ code: "state_differs", target: { kind: "setting", id: "s3" }, entryId: await idAt(9) }]);
  });
  it("a row nobody entered", async () => {
    await w.forge(["INSERT INTO settings (tenant_id, name, value, updated_at, row_version) VALUES ('main','a-new','1','2027-03-01T08:00:00.000Z',1)"]);
    expect((await w.verify()).findings).toMatchObject([{ code: "row_without_entry", target: { kind: "setting", id: "a-new" } }]);
  });
  it("a vanished row", async () => {
    await w.forge(["DELETE FROM settings WHERE name = 's0'"], ["DELETE FROM settings WHERE name = 's5'"]);
    expect((await w.verify()).findings).toMatchObject([{ code: "row_vanished", target: { id: "s0" } }, { code: "row_vanished", target: { id: "s5" } }]);
  });
  it("a row that went with an entry is none", async () => {
    await w.unit(async (ctx) => {
      await ctx.db.run("DELETE FROM settings WHERE name = 's1'");
      ctx.audit("settings.withdrawn", { kind: "setting", id: "s1" }, { before: { value: 7, version: 2 }, after: null });
    });
    expect((await w.verify()).findings).toEqual([]);
  });
  it("an entry that does not continue the one before", async () => {
    await w.unit(async (ctx) => {
      await ctx.db.run("UPDATE settings SET value = '50', row_version = 3 WHERE name = 's1'");
      ctx.audit("settings.changed", { kind: "setting", id: "s1" }, { before: { value: 49, version: 2 }, after: { value: 50, version: 3 } });
    });
    expect((await w.verify()).findings).toMatchObject([{ code: "chain_broken", target: { id: "s1" } }]);
  });
});

describe("before sealing", () => {
  it("an altered row and one nobody of us wrote are named, and are never sealed", async () => {
    await history();
    await w.put("x1", 1);
    await w.put("x2", 2);
    const [row] = await rows<{ id: string; body: Uint8Array }>("SELECT id, body FROM ledger_intakes ORDER BY id DESC LIMIT 1");
    const body = Buffer.from(Buffer.from(row!.body).toString().replace("system:tests", "system:other"));
    await w.forge(["UPDATE ledger_intakes SET body = ?, actor_id = 'other', leaf_hash = ? WHERE id = ?", body, leafHash(body), row!.id]);
    const foreign = Buffer.from(jcs({ actor: "person:evil", at: "2027-03-01T08:00:00.000Z", id: "0-evil", next: null, pii: {}, prev: null, req: "", subject: null, target: { id: "1", kind: "proof" }, targetVersion: 1, tenant: "main", type: "proofs.recorded", v: 1 }));
    await w.forge(["INSERT INTO ledger_intakes (id, tenant_id, type, target_kind, target_id, target_version, body, leaf_hash, writer_id, writer_epoch, writer_n, mac, created_at, actor_id) VALUES ('0-evil','main','proofs.recorded','proof','1',1,?,?,'evil',1,1,?,'2027-03-01T08:00:00.000Z','evil')", foreign, leafHash(foreign), Buffer.alloc(16)],
      ["INSERT INTO ledger_unsealed (intake_id) VALUES ('0-evil')"]);
    const found = (await w.verify()).findings.filter((f) => f.code === "forged_intake");
    expect(found.map((f) => f.entryId)).toEqual(["0-evil", row!.id]);
    expect(await w.sealer.sealNow()).toMatchObject({ sealed: 1 });
    expect(w.sealer.status().problems).toEqual(["forged"]);
    expect(await w.sealer.sealNow()).toMatchObject({ sealed: 0 });
    expect(codes(await w.verify())).toContain("forged_intake");
  });
  it("a row taken out of the queue is named", async () => {
    await w.put("x1", 1);
    await w.forge(["DELETE FROM ledger_unsealed"]);
    expect((await w.verify()).findings).toMatchObject([{ code: "never_queued" }]);
  });
  it("a row removed between commit and sealing leaves a hole, and alarms in the process that wrote it", async () => {
    await w.put("x1", 1);
    await w.put("x2", 2);
    await w.forge(["DELETE FROM ledger_unsealed WHERE intake_id IN (SELECT id FROM ledger_intakes WHERE target_id = 'x1')"], ["DELETE FROM ledger_payloads WHERE intake_id IN (SELECT id FROM ledger_intakes WHERE target_id = 'x1')"], ["DELETE FROM ledger_intakes WHERE target_id = 'x1'"], ["DELETE FROM settings WHERE name = 'x1'"]);
    expect((await w.verify()).notices).toMatchObject([{ code: "open_gap" }]);
    expect(await w.ledger.writer.missing(w.kernel.database.read)).toBe(1);
    w.kernel.clock.advance(61_000);
    await w.put("x3", 3);
    await w.sealer.sealNow();
    expect((await w.verify()).findings).toMatchObject([{ code: "writer_gap", target: { kind: "setting", id: "x2" } }]);
  });
});

it("without a public key there is nothing to check against", async () => {
  rmSync(join(w.kernel.home, "data", "keys", "ledger-signing-key"), { force: true });
  rmSync(join(w.kernel.home, "data", "keys", "ledger-public-key"), { force: true });
  const { verifyLedger, Unreadable } = await import("./verify.ts");
  await expect(w.unit((ctx) => verifyLedger(ctx, openKeys(join(w.kernel.home, "data", "keys")), []))).rejects.toThrow(Unreadable);
});
