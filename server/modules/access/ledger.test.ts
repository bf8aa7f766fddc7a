import { afterAll, beforeAll, expect, it } from "vitest";
import { world, type World } from "../../../test/harness/world.ts";
import { insertPeople } from "../people/index.ts";
import { verifyLedger } from "../ledger/index.ts";
import { accessModule, openAccounts } from "./index.ts";

let w: World;
beforeAll(async () => { w = await world(); });
afterAll(async () => { await w.close(); });
const findings = async (): Promise<string[]> => (await w.unit((ctx) => verifyLedger(ctx, w.muster.keys, accessModule.states ?? []))).findings
  .filter((f) => ["account", "grant", "accounts"].includes(f.target?.kind ?? "")).map((f) => f.code);

it("every account and grant, opened one by one or in mass, is what the ledger says; a change behind its back is named", async () => {
  await w.unit(async (ctx) => {
    const people = Array.from({ length: 2_500 }, (_, i) => ({ personId: `m-${i}`, given: `M${i}`, family: "X", display: null, email: null, language: null, employment: null }));
    await insertPeople(ctx, people, { source: "test", sourceId: null, day: "2027-03-01" });
    await openAccounts(ctx, people.map((p, i) => ({ personId: p.personId, signInName: `n${i}` })));
  });
  const api = w.as("administrator").access;
  const row = (await api.accounts({ search: "n17", size: "200" })).rows.find((r) => r.signInName === "n17");
  const accountId = row?.id ?? "";
  const { token } = await api.createStartLink({ accountId });
  await w.anonymous.access.redeemStartLink({ token, password: "elf neue Giraffen am Kiosk" });
  await api.renameAccount({ accountId, signInName: "n17b" });
  await api.endAccount({ accountId, reason: "left" });
  await api.resumeAccount({ accountId, reason: "back" });
  const { id } = await api.grantRole({ personId: "m-17", role: "hr", reason: "project" });
  await api.endGrant({ grantId: id, reason: "over" });
  await w.as("learner").access.chooseLanguage({ language: "de" });
  expect(await findings()).toEqual([]);
  await w.unit(async (ctx) => {
    await ctx.db.run("UPDATE accounts SET sign_in_name = 'evil' WHERE person_id = 'm-99'");
    await ctx.db.run("UPDATE grants SET role = 'administrator' WHERE id = ?", [id]);
  });
  expect(await findings()).toEqual(["state_differs", "state_differs"]);
});

it("refusals are written down with their reason and who it was about, never the name that was typed", async () => {
  await expect(w.anonymous.access.signIn({ name: "my secret by mistake", password: "x" })).rejects.toMatchObject({ status: 401, code: "access.refused" });
  const refused = await w.unit(async (ctx) => ctx.db.rows<{ body: Uint8Array }>("SELECT body FROM ledger_intakes WHERE type = 'access.sign_in_refused'"));
  expect(refused).toHaveLength(1);
  expect(Buffer.from(refused[0]?.body ?? "").toString()).not.toContain("secret by mistake");
});
