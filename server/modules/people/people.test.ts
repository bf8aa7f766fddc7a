import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { world, type Known, type World } from "../../../test/harness/world.ts";
import { endDueEmployments } from "./jobs.ts";
import { recordPerson, reportsOf, visiblePeople, zoneOf } from "./index.ts";

let w: World;
beforeEach(async () => { w = await world(); });
afterEach(async () => { await w.close(); });

const hr = () => w.as("hr").people;
const add = (givenName: string, more: Record<string, unknown> = {}) => hr().record({ givenName, familyName: "Test", employeeNumber: givenName.toLowerCase(), startedOn: "2020-01-01", ...more });
const employmentOf = async (personId: string): Promise<{ id: string; version: number }> => { const d = await hr().detail({ personId }); const [e] = d.employments; if (!e) throw new Error("no employment"); return { id: e.id, version: e.version }; };
const report = async (personId: string, superiorId: string | null) => hr().setSuperior({ personId, employmentId: (await employmentOf(personId)).id, superiorId });

describe("recording and changing", () => {
  it("keeps person, employment, names and facts, and tells who listens", async () => {
    const { id } = await hr().record({ givenName: "Mei", familyName: "Tan", email: "Mei@Nordwerk.Example", employeeNumber: "0042", startedOn: "2024-02-29", position: "Engineer" });
    const detail = await hr().detail({ personId: id });
    expect(detail).toMatchObject({ name: "Mei Tan", email: "mei@nordwerk.example", state: "active", zone: "Europe/Berlin", employments: [{ employeeNumber: "0042", startedOn: "2024-02-29", position: "Engineer", state: "active" }] });
    await hr().change({ personId: id, version: detail.version, familyName: "Lim", reason: "Marriage" });
    const after = await hr().detail({ personId: id });
    expect(after.names.map((n) => [n.display, n.validFrom, n.validTo])).toEqual([["Mei Lim", "2027-03-01", null], ["Mei Tan", "2024-02-29", "2027-03-01"]]);
    const facts = await hr().facts({ personId: id });
    expect(facts.rows.map((f) => f.attribute)).toEqual(expect.arrayContaining(["email", "employee_number", "started_on", "position", "name"]));
    const events = await w.unit((ctx) => ctx.db.rows<{ name: string }>("SELECT DISTINCT name FROM outbox_events WHERE name LIKE 'people.%' ORDER BY name"));
    expect(events.map((e) => e.name)).toEqual(["people.changed", "people.employment_started", "people.fact_recorded"]);
  });

  it("never overwrites a fact, and corrects on the same day without leaving a trace in validity", async () => {
    const { id } = await add("Ann", { position: "Dev" });
    for (const position of ["Lead", "Head"]) await hr().changeEmployment({ personId: id, employmentId: (await employmentOf(id)).id, version: (await employmentOf(id)).version, position });
    const rows = (await hr().facts({ personId: id, attribute: "position" })).rows;
    expect(rows.filter((f) => f.supersededAt === null).map((f) => [f.value, f.validFrom, f.validTo])).toEqual([["Head", "2027-03-01", null], ["Dev", "2020-01-01", "2027-03-01"]]);
    expect(rows.map((f) => f.value).sort()).toEqual(["Dev", "Dev", "Head", "Lead"]);
  });

  it("refuses what contradicts", async () => {
    const { id } = await add("Ann", { email: "ann@x.example" });
    const { version } = await hr().detail({ personId: id });
    await expect(add("Bob", { email: "ANN@x.example" })).rejects.toMatchObject({ status: 409, code: "people.email_taken" });
    await expect(add("Ann")).rejects.toMatchObject({ status: 409, code: "people.number_taken" });
    await expect(hr().record({ givenName: " ", familyName: "" })).rejects.toMatchObject({ status: 400, code: "people.name_missing" });
    await expect(add("Cy", { startedOn: "2024-02-01", endedOn: "2024-01-31" })).rejects.toMatchObject({ status: 400, code: "people.ends_before_start" });
    await expect(add("Di", { startedOn: "2023-02-29" })).rejects.toMatchObject({ status: 400, code: "request.invalid" });
    await expect(hr().record({ givenName: "=1+1", familyName: "X" })).rejects.toMatchObject({ status: 400 });
    await expect(hr().change({ personId: id, version: version + 1, givenName: "Eve" })).rejects.toMatchObject({ status: 409, code: "people.changed_meanwhile" });
    await expect(hr().change({ personId: id, version, givenName: "Eve", from: "2027-03-02" })).rejects.toMatchObject({ status: 400, code: "people.from_future" });
    await expect(hr().startEmployment({ personId: id })).rejects.toMatchObject({ status: 409, code: "people.still_employed" });
    const other = await add("Flo");
    await expect(hr().endEmployment({ personId: id, employmentId: (await employmentOf(other.id)).id, endedOn: "2027-01-01" })).rejects.toMatchObject({ status: 404 });
    expect(await w.request("POST", "/api/people", { who: "hr", body: { givenName: "A", familyName: "B", role: "administrator" } })).toMatchObject({ status: 400, json: { code: "request.invalid" } });
  });

  it("ends an employment when its last day is over at its site, and rehires", async () => {
    const site = await hr().createSite({ name: "Honolulu", zone: "Pacific/Honolulu", country: "US" });
    const { id } = await add("Eva", { siteId: site.id });
    const first = await employmentOf(id);
    await hr().endEmployment({ personId: id, employmentId: first.id, endedOn: "2027-02-28" });
    // It is the first of March in Berlin, but the 28th of February is not over in Honolulu.
    expect((await hr().detail({ personId: id })).state).toBe("active");
    w.clock.set("2027-03-01T09:59:00.000Z");
    expect(await w.unit(endDueEmployments)).toBe(0);
    w.clock.set("2027-03-01T10:01:00.000Z");
    expect(await w.unit(endDueEmployments)).toBe(1);
    await expect(hr().endEmployment({ personId: id, employmentId: first.id, endedOn: "2027-02-27" })).rejects.toMatchObject({ status: 409, code: "people.already_ended" });
    await hr().startEmployment({ personId: id, employeeNumber: "eva", startedOn: "2027-03-01" });
    const detail = await hr().detail({ personId: id });
    expect(detail.employments.map((e) => e.state)).toEqual(["active", "ended"]);
    expect(await w.unit((ctx) => zoneOf(ctx, id))).toBe("Europe/Berlin");
  });
});

describe("the line", () => {
  it("refuses loops at any length and walks past those that exist", async () => {
    const [a, b, c] = [await add("Ann"), await add("Bob"), await add("Cy")];
    await report(b.id, a.id);
    await report(c.id, b.id);
    for (const below of [a, b, c]) await expect(report(a.id, below.id)).rejects.toMatchObject({ status: 409, code: "people.superior_loop" });
    expect((await w.unit((ctx) => reportsOf(ctx, a.id))).sort()).toEqual([b.id, c.id].sort());
    expect((await hr().detail({ personId: c.id })).superiors.map((s) => s.name)).toEqual(["Bob Test", "Ann Test"]);
    // A feed error of earlier days: the rows hold a loop all the same.
    await w.unit(async (ctx) => { await ctx.db.run("INSERT INTO superiors (id, tenant_id, employment_id, superior_id, line, valid_from, recorded_at, source) SELECT 'loop', 'main', e.id, ?, 'solid', '2020-01-01', ?, 'test' FROM employments e WHERE e.person_id = ?", [c.id, ctx.now, a.id]); });
    expect((await w.unit((ctx) => reportsOf(ctx, a.id))).sort()).toEqual([b.id, c.id].sort());
    expect((await hr().detail({ personId: a.id })).reportCountAll).toBe(2);
    expect((await w.unit((ctx) => reportsOf(ctx, c.id))).sort()).toEqual([a.id, b.id].sort());
  });

  it("a superior sees those below and nobody else, in list, detail, facets, tree and export", async () => {
    const boss: Known = await w.person({ givenName: "Boss", familyName: "Above" }, "manager");
    const unit = await hr().createOrgUnit({ name: "Lab" });
    const [direct, indirect, other] = [await add("Direct", { orgUnitId: unit.id, position: "Dev" }), await add("Indirect", { orgUnitId: unit.id }), await add("Other", { orgUnitId: unit.id, position: "Spy" })];
    await report(direct.id, boss.personId);
    await report(indirect.id, direct.id);
    const as = w.as(boss).people;
    expect((await as.list({})).rows.map((r) => r.name)).toEqual(["Direct Test", "Indirect Test"]);
    expect((await as.list({ search: "other" })).total).toBe(0);
    expect((await as.list({ orgUnitId: unit.id })).total).toBe(2);
    expect((await as.facets({})).positions).toEqual([{ value: "Dev", people: 1 }]);
    expect((await as.orgUnits({})).rows.map((u) => [u.name, u.people])).toEqual([["Lab", 2]]);
    expect((await as.detail({ personId: indirect.id })).name).toBe("Indirect Test");
    for (const ask of [() => as.detail({ personId: other.id }), () => as.facts({ personId: other.id })]) await expect(ask()).rejects.toMatchObject({ status: 404 });
    await expect(as.record({ givenName: "No", familyName: "Right" })).rejects.toMatchObject({ status: 403 });
    const file = await w.request("GET", "/api/people-export", { who: boss });
    expect(file.text).toContain("Indirect Test");
    expect(file.text).not.toContain("Other Test");
    for (const who of ["learner", "author"] as const) expect((await w.request("GET", "/api/people", { who })).status).toBe(who === "learner" ? 403 : (await w.request("GET", "/api/people-facets", { who })).status);
    expect((await w.request("GET", "/api/people")).status).toBe(401);
  });

  it("`visiblePeople` shows nobody without the right", async () => {
    const seen = await w.unit((ctx) => Promise.resolve(visiblePeople({ ...ctx, actor: { ...ctx.actor, permissions: new Map() } }, "people.read")));
    expect(seen.sql).toBe("1 = 0");
  });
});

describe("lists", () => {
  it("search without accents, filter, sort and page", async () => {
    const [it1, ops] = [await hr().createOrgUnit({ name: "IT" }), undefined];
    const below = await hr().createOrgUnit({ name: "Ops", parentId: it1.id });
    expect(ops).toBeUndefined();
    await hr().record({ givenName: "Jürgen", familyName: "Größe", employeeNumber: "007", orgUnitId: below.id, startedOn: "2020-01-01" });
    await hr().record({ givenName: "Łukasz", familyName: "Wąż", employeeNumber: "008", startedOn: "2021-01-01", endedOn: "2022-01-01" });
    for (const search of ["grosse", "GRÖSSE jurgen", "007"]) expect((await hr().list({ search })).rows.map((r) => r.name)).toEqual(["Jürgen Größe"]);
    for (const search of ["%", "_", "\\", "'"]) expect((await hr().list({ search })).total).toBe(0);
    expect((await hr().list({ search: "lukasz" })).rows[0]).toMatchObject({ state: "ended" });
    expect((await hr().list({ orgUnitId: it1.id })).rows.map((r) => r.orgUnit?.name)).toEqual(["Ops"]);
    expect((await hr().list({ state: "ended" })).total).toBe(1);
    expect((await hr().list({ withoutSuperior: "true" })).total).toBe(7);
    const numbers = (await hr().list({ sort: "-number", size: "3" })).rows.map((r) => r.employeeNumber);
    expect(numbers).toEqual(["008", "007", null]);
    const one = await hr().list({ size: "3", page: "1" });
    const two = await hr().list({ size: "3", page: "2" });
    expect([one.total, two.total, new Set([...one.rows, ...two.rows].map((r) => r.id)).size]).toEqual([8, 8, 6]);
  });

  it("exports nothing a spreadsheet would run, and notes who exported", async () => {
    await w.unit((ctx) => recordPerson(ctx, { givenName: "=cmd", familyName: "|calc", employment: { position: "@SUM(1)" } }));
    const file = await w.request("GET", "/api/people-export?search=calc", { who: "hr" });
    expect(file.text).toContain("'=cmd |calc");
    expect(file.text).toContain("'@SUM(1)");
    expect((await w.unit((ctx) => ctx.db.rows("SELECT 1 AS one FROM ledger_intakes WHERE type = 'people.exported'"))).length).toBe(1);
  });
});

describe("org units and sites", () => {
  it("move with everything below, never below themselves", async () => {
    const a = await hr().createOrgUnit({ name: "A" });
    const b = await hr().createOrgUnit({ name: "B", parentId: a.id });
    const c = await hr().createOrgUnit({ name: "C", parentId: b.id });
    const d = await hr().createOrgUnit({ name: "D" });
    await expect(hr().moveOrgUnit({ orgUnitId: a.id, parentId: c.id })).rejects.toMatchObject({ status: 409, code: "people.org_unit_loop" });
    await expect(hr().moveOrgUnit({ orgUnitId: a.id, parentId: a.id })).rejects.toMatchObject({ status: 409, code: "people.org_unit_loop" });
    await hr().moveOrgUnit({ orgUnitId: b.id, parentId: d.id });
    await hr().renameOrgUnit({ orgUnitId: d.id, name: "Delta" });
    expect((await hr().orgUnits({})).rows.map((u) => [u.path, u.depth])).toEqual([["A", 0], ["Delta", 0], ["Delta/B", 1], ["Delta/B/C", 2]]);
    await expect(hr().createOrgUnit({ name: "C", parentId: b.id })).rejects.toMatchObject({ status: 409, code: "people.org_unit_taken" });
    await expect(hr().createOrgUnit({ name: "X", parentId: "nowhere" })).rejects.toMatchObject({ status: 404 });
    await expect(w.as("manager").people.createOrgUnit({ name: "X" })).rejects.toMatchObject({ status: 403 });
  });
  it("sites have a zone that exists", async () => {
    const { id } = await hr().createSite({ name: "Bengaluru", zone: "Asia/Kolkata" });
    await expect(hr().createSite({ name: "Bengaluru", zone: "UTC" })).rejects.toMatchObject({ status: 409, code: "people.site_taken" });
    await expect(hr().createSite({ name: "Moon", zone: "Moon/Base" as never })).rejects.toMatchObject({ status: 400 });
    await hr().changeSite({ siteId: id, country: "IN" });
    expect((await hr().sites({})).rows).toEqual([{ id, name: "Bengaluru", zone: "Asia/Kolkata", country: "IN", people: 0 }]);
    await expect(w.as("learner").people.changeSite({ siteId: id, name: "X" })).rejects.toMatchObject({ status: 403 });
  });
});
