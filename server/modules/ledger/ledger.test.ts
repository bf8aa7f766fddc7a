import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "csv-parse/sync";
import { world, type World } from "../../../test/harness/world.ts";
import { isConsistent, isIncluded, leafHash } from "./merkle.ts";
import { openNote, parseCheckpoint, parsePublicKey } from "./note.ts";

let w: World;
let someone: string;
beforeAll(async () => {
  w = await world();
  someone = w.people.learner.personId;
  await w.unit(async (ctx) => {
    ctx.audit("things.made", { kind: "thing", id: "t1" }, { after: { name: "=HYPERLINK(\"http://evil\")", note: "wörtlich" }, reason: "=1+1", subject: someone });
    ctx.audit("things.named", { kind: "thing", id: "t1" }, { before: { name: "a" }, after: { name: "b" } });
    ctx.audit("things.counted", { kind: "thing", id: "t2" }, { rows: { count: 7, digest: "0".repeat(64) } });
  });
  await w.muster.sealer.sealNow();
});
afterAll(async () => { await w.close(); });

const allowed = ["administrator", "hr", "auditor"] as const;
const refused = ["author", "manager", "learner"] as const;
const buf = (hex: string): Buffer => Buffer.from(hex, "hex");

it.each(["/api/ledger/entries", "/api/ledger/facets", "/api/ledger/checkpoints", "/api/ledger/summary", "/api/ledger/consistency?first=1&second=2", "/api/ledger/export?format=csv", "/api/ledger/entries/ENTRY"])("%s is for those who may read the ledger", async (path) => {
  const { rows: [row] } = await w.as("auditor").ledger.entries({});
  const at = path.replace("ENTRY", row!.id);
  for (const who of allowed) expect((await w.request("GET", at, { who })).status).toBe(200);
  for (const who of refused) expect(await w.request("GET", at, { who })).toMatchObject({ status: 403, json: { code: "request.forbidden" } });
  expect((await w.request("GET", at)).status).toBe(401);
});

it("lists newest first, with names, and filters", async () => {
  const api = w.as("auditor").ledger;
  const all = await api.entries({});
  expect(all.total).toBeGreaterThan(10);
  expect(all.rows.map((r) => r.at)).toEqual(all.rows.map((r) => r.at).toSorted().toReversed());
  const made = await api.entries({ action: "things.made" });
  expect(made.rows).toMatchObject([{ action: "things.made", actor: "tests", actorName: null, subject: someone, subjectName: "Learner Muster", targetKind: "thing", target: "t1", targetVersion: 1, seq: expect.any(Number) as number }]);
  expect((await api.entries({ targetKind: "thing", target: "t1" })).total).toBe(2);
  expect((await api.entries({ subject: someone, action: "things.made" })).total).toBe(1);
  expect((await api.entries({ search: "things named" })).total).toBe(1);
  expect((await api.entries({ search: "learner things" })).total).toBe(1);
  expect((await api.entries({ search: "100%" })).total).toBe(0);
  expect((await api.entries({ search: "'; DROP TABLE people; --" })).total).toBe(0);
  expect((await api.entries({ sealed: "no" })).rows.every((r) => r.seq === null)).toBe(true);
  expect((await api.entries({ from: "2027-03-01T08:00:00.001Z" })).total).toBe(0);
  expect((await api.entries({ to: "2027-03-01T08:00:00.000Z" })).total).toBe(0);
  const second = await api.entries({ page: "2", size: "3" });
  expect(second).toMatchObject({ page: 2, size: 3, total: all.total });
  expect(second.rows.map((r) => r.id)).toEqual(all.rows.slice(3, 6).map((r) => r.id));
});

it.each(["size=0", "size=201", "page=x", "from=yesterday", "sealed=maybe", "unknown=1", "action=", "search=%00", "action=a&action=b", "search=" + "x".repeat(201)])("refuses ?%s", async (query) => {
  expect((await w.request("GET", `/api/ledger/entries?${query}`, { who: "auditor" })).status).toBe(400);
});

it("shows an entry with its values and a proof that anyone can check", async () => {
  const api = w.as("auditor").ledger;
  const { rows: [made] } = await api.entries({ action: "things.made" });
  const entry = await api.entry({ entryId: made!.id });
  expect(entry).toMatchObject({ values: "kept", after: { name: "=HYPERLINK(\"http://evil\")", note: "wörtlich" }, before: null, reason: "=1+1", actorKind: "system", rows: null });
  const proof = entry.inclusion!;
  expect(leafHash(Buffer.from(entry.body)).toString("hex")).toBe(proof.leafHash);
  const key = parsePublicKey((await w.anonymous.ledger.key({})).publicKey)!;
  const head = parseCheckpoint(openNote(proof.note, [key])!)!;
  expect(isIncluded(proof.seq, head.size, buf(proof.leafHash), proof.path.map(buf), head.root)).toBe(true);
  expect(JSON.stringify(proof).length).toBeLessThan(10_000);
  const { rows: [counted] } = await api.entries({ action: "things.counted" });
  expect(await api.entry({ entryId: counted!.id })).toMatchObject({ values: "none", rows: { count: 7, digest: "0".repeat(64) } });
  await expect(api.entry({ entryId: "01900000-0000-7000-8000-000000000000" })).rejects.toMatchObject({ status: 404 });
});

it("proves that heads only grow", async () => {
  const api = w.as("auditor").ledger;
  const before = (await api.summary({})).checkpoint!;
  await w.unit(async (ctx) => { ctx.audit("things.grown", { kind: "thing", id: "t3" }); });
  expect(await api.summary({})).toMatchObject({ canSeal: true, size: before.size });
  expect((await api.summary({})).waiting).toBeGreaterThan(0);
  await w.muster.sealer.sealNow();
  const after = (await api.summary({})).checkpoint!;
  const { path } = await api.consistency({ first: String(before.size), second: String(after.size) });
  expect(isConsistent(before.size, after.size, buf(before.root), buf(after.root), path.map(buf))).toBe(true);
  expect((await api.checkpoints({})).rows[0]).toEqual(after);
  await expect(api.consistency({ first: String(after.size), second: String(before.size) })).rejects.toMatchObject({ status: 400, code: "ledger.no_such_size" });
  await expect(api.consistency({ first: "0", second: "999999" })).rejects.toMatchObject({ code: "ledger.no_such_size" });
});

it("publishes the newest head and the key to everybody", async () => {
  const note = await w.request("GET", "/api/ledger/checkpoint");
  expect(note.headers.get("content-type")).toMatch(/^text\/plain/);
  const { origin, publicKey } = await w.anonymous.ledger.key({});
  expect(parseCheckpoint(openNote(note.text, [parsePublicKey(publicKey)!])!)).toMatchObject({ origin });
});

it("knows what to filter by", async () => {
  const { actions, targetKinds } = await w.as("hr").ledger.facets({});
  expect(actions).toEqual(expect.arrayContaining(["things.made", "things.named"]));
  expect(targetKinds).toEqual(expect.arrayContaining(["thing", "person"]));
});

it("exports what was filtered, with no cell a spreadsheet would run, and remembers who did", async () => {
  const csv = await w.request("GET", "/api/ledger/export?format=csv&action=things.made", { who: "auditor" });
  expect(csv.headers.get("content-disposition")).toMatch(/ledger-2027-03-01\.csv/);
  const [row, ...others] = parse(csv.text, { bom: true, columns: true, relax_column_count: false }) as Record<string, string>[];
  expect(others).toEqual([]);
  expect(row).toMatchObject({ action: "things.made", subject_name: "Learner Muster", reason: "'=1+1", target: "t1" });
  const jsonl = await w.request("GET", "/api/ledger/export?format=jsonl", { who: "hr" });
  const lines = jsonl.text.trim().split("\n").map((l) => JSON.parse(l) as { id: string; body: string; leafHash: string; after: unknown });
  for (const l of lines) expect(leafHash(Buffer.from(l.body)).toString("hex")).toBe(l.leafHash);
  const { rows } = await w.as("auditor").ledger.entries({ action: "ledger.exported", actor: w.people.hr.personId });
  expect(await w.as("auditor").ledger.entry({ entryId: rows[0]!.id })).toMatchObject({ actorKind: "person", actorName: "Hr Muster", after: { format: "jsonl" } });
  expect((await w.request("GET", "/api/ledger/export?format=xlsx", { who: "hr" })).status).toBe(400);
});

it("streams more than one page", async () => {
  await w.unit(async (ctx) => { for (let i = 0; i < 1_203; i++) ctx.audit("things.poured", { kind: "drop", id: `d${i}` }, { after: { i }, reason: `r${i}` }); });
  const { text } = await w.request("GET", "/api/ledger/export?format=csv&action=things.poured", { who: "auditor" });
  const rows = parse(text, { bom: true, columns: true }) as { target: string; reason: string }[];
  expect(new Set(rows.map((r) => r.target)).size).toBe(1_203);
  expect(rows[77]!.reason).toMatch(/^r\d+$/);
});

it("an erased person's entries stay, without values and without the name", async () => {
  const p = await w.person({ givenName: "Gone", familyName: "Girl" });
  await w.unit(async (ctx) => { ctx.audit("things.kept", { kind: "thing", id: "t9" }, { after: { secret: "x" }, subject: p.personId }); });
  await w.unit(async (ctx) => { await ctx.db.run("UPDATE person_keys SET wrapped_key = NULL, destroyed_at = ? WHERE person_id = ?", [ctx.now, p.personId]); });
  const { rows: [row] } = await w.as("auditor").ledger.entries({ action: "things.kept" });
  expect(await w.as("auditor").ledger.entry({ entryId: row!.id })).toMatchObject({ values: "erased", after: null, before: null, reason: null });
});
