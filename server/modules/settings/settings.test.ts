import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { world, type World } from "../../../test/harness/world.ts";
import { verifyLedger } from "../ledger/index.ts";
import { setting, settingsModule, tenantOf } from "./index.ts";

let w: World;
beforeAll(async () => { w = await world(); });
afterAll(async () => { await w.close(); });

const wanted = { name: "Nordwerk GmbH", zone: "Europe/Vienna", language: "de" as const, accent: "#7C3AED", signatureLine: "Dr. Ada Berg, Head of Training" };
const current = () => w.as("administrator").settings.company({});

it("shows what is set, and what holds while nothing is", async () => {
  expect(await current()).toMatchObject({ name: "Nordwerk", zone: "Europe/Berlin", language: "en", accent: "#0f766e", signatureLine: "" });
  expect(await w.anonymous.settings.brand({})).toEqual({ name: "Nordwerk", language: "en", accent: "#0f766e" });
});

it("is changed by administrators only, read by auditors too", async () => {
  const { rowVersion } = await current();
  for (const who of ["hr", "author", "manager", "auditor", "learner"] as const) {
    await expect(w.as(who).settings.changeCompany({ ...wanted, rowVersion })).rejects.toMatchObject({ status: 403 });
  }
  expect((await w.request("GET", "/api/settings/company", { who: "auditor" })).status).toBe(200);
  expect((await w.request("GET", "/api/settings/company", { who: "hr" })).status).toBe(403);
  expect((await w.request("GET", "/api/settings/company")).status).toBe(401);
  expect((await current()).name).toBe("Nordwerk");
});

it("keeps a change, remembers before and after, and lets the slower of two look first", async () => {
  const { rowVersion } = await current();
  const after = await w.as("administrator").settings.changeCompany({ ...wanted, rowVersion, reason: "new legal form" });
  expect(after).toMatchObject({ ...wanted, accent: "#7c3aed", rowVersion: rowVersion + 1 });
  await expect(w.as("administrator").settings.changeCompany({ ...wanted, name: "Other", rowVersion })).rejects.toMatchObject({ status: 409, code: "settings.changed_meanwhile" });
  expect((await current()).name).toBe("Nordwerk GmbH");
  const { rows: [row] } = await w.as("auditor").ledger.entries({ action: "settings.changed" });
  expect(await w.as("auditor").ledger.entry({ entryId: row!.id })).toMatchObject({ before: { name: "Nordwerk" }, after: { name: "Nordwerk GmbH", zone: "Europe/Vienna", accent: "#7c3aed" }, reason: "new legal form", actorName: "Administrator Muster" });
  expect(await w.unit((ctx) => tenantOf(ctx))).toMatchObject({ zone: "Europe/Vienna", language: "de" });
  const events = await w.unit((ctx) => ctx.db.rows<{ payload: string }>("SELECT payload FROM outbox_events WHERE name = 'settings.changed'"));
  expect(events.map((e) => JSON.parse(e.payload) as unknown)).toEqual([{ names: ["name", "zone", "language", "accent", "signatureLine"] }]);
});

it.each<[string, Record<string, unknown>]>([
  ["a colour word", { accent: "red" }], ["a script as colour", { accent: "#fff;}body{" }], ["an unknown zone", { zone: "Mars/Olympus" }], ["an unknown language", { language: "tlh" }], ["an empty name", { name: "  " }],
  ["two lines", { signatureLine: "a\nb" }], ["NUL", { name: "a\u0000b" }], ["half a character", { signatureLine: "\ud800" }], ["a long line", { signatureLine: "x".repeat(201) }], ["a field of the operator", { publicUrl: "https://evil.example" }], ["a missing field", { zone: undefined }],
])("refuses %s and changes nothing", async (_name, bad) => {
  const before = await current();
  const answer = await w.request("PUT", "/api/settings/company", { who: "administrator", body: { ...wanted, rowVersion: before.rowVersion, ...bad } });
  expect(answer).toMatchObject({ status: 400, json: { code: "request.invalid" } });
  expect(await current()).toEqual(before);
});

it("one setting is read through its schema", async () => {
  await w.unit(async (ctx) => {
    expect(await setting(ctx, "floor_days", z.int(), 14)).toBe(14);
    await ctx.db.run("INSERT INTO settings (tenant_id, name, value, updated_at, row_version) VALUES (?,?,?,?,1)", [ctx.tenantId, "floor_days", "\"many\"", ctx.now]);
    expect(await setting(ctx, "floor_days", z.int(), 14)).toBe(14);
    await ctx.db.run("UPDATE settings SET value = '21' WHERE name = 'floor_days'");
    expect(await setting(ctx, "floor_days", z.int(), 14)).toBe(21);
  });
});

it("the ledger vouches for it", async () => {
  const findings = async () => (await w.unit((ctx) => verifyLedger(ctx, w.muster.keys, settingsModule.states ?? []))).findings;
  expect(await findings()).toEqual([]);
  await w.unit(async (ctx) => { await ctx.db.run("UPDATE tenants SET name = 'Evil' WHERE id = ?", [ctx.tenantId]); });
  expect(await findings()).toMatchObject([{ code: "state_differs", target: { kind: "company" } }]);
});
