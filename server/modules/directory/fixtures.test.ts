import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importWorld, type CheckedRow, type ImportWorld } from "../../../test/harness/imports.ts";

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../test/fixtures/people/${name}`, import.meta.url));

let w: ImportWorld;
beforeEach(async () => { w = await importWorld(); });
afterEach(async () => { await w.close(); });

describe("a file with broken rows", () => {
  it("gives every row its verdict and lets the good ones in", async () => {
    const run = await w.check(fixture("broken-rows.csv"));
    const rows = await w.rows(run.id);
    const of = (row: number): CheckedRow => rows.find((r) => r.row === row) as CheckedRow;
    expect(rows).toHaveLength(60);
    const refused = Object.fromEntries(rows.filter((r) => r.verdict === "refused").map((r) => [r.row, r.reasons.map((x) => x.code)]));
    expect(refused).toEqual({
      6: ["number_duplicate"], 7: ["number_duplicate"], 8: ["number_missing"], 9: ["superior_loop"], 10: ["superior_loop"], 11: ["superior_self"], 12: ["date_impossible"], 13: ["date_impossible"],
      14: ["name_formula"], 15: ["name_too_long"], 16: ["email_bad"], 17: ["superior_unknown"], 18: ["cells_missing"], 19: ["cells_extra"], 22: ["email_duplicate"], 23: ["email_duplicate"], 60: ["superior_unknown"],
    });
    expect(of(6).reasons[0]?.text).toContain("rows 6, 7");
    expect(of(9).reasons[0]?.text).toContain("9 → 10 → 9");
    expect(of(20).warnings.map((x) => x.code)).toContain("unicode_composed");
    expect(of(21).warnings.map((x) => x.code)).toContain("unicode_composed");
    expect(of(20).name).toBe("Zoë Müller");
    // Their superior 100005 stands in this file only in refused rows.
    for (const n of [52, 55, 58, 61]) expect([n, of(n).verdict, of(n).warnings.map((x) => x.code)]).toEqual([n, "create", ["superior_refused"]]);
    expect(run.counts).toMatchObject({ rows: 60, create: 43, refused: 17 });
    const applied = await w.apply(run.id);
    expect(applied).toMatchObject({ state: "applied", counts: { applied: 43, waiting: 4 } });
    const people = await w.call<{ total: number }>("GET", "/api/people?size=200&state=active");
    expect(people.total).toBe(43 + 6);
  });
});

describe("the export of an HR suite", () => {
  it("is mapped by itself, applied, and changes nothing the second time", async () => {
    const run = await w.check(fixture("hr-suite-utf8.csv"));
    expect(run.columns.map((c) => c.target)).toEqual(["number", "given", "family", "email", "superior", "started", "ended", "org_unit", "site", "country", "zone", "worker_type", "position"]);
    expect(run.questions).toEqual([]);
    expect(run.counts).toMatchObject({ rows: 400, create: 400, refused: 0 });
    const applied = await w.apply(run.id);
    expect(applied).toMatchObject({ state: "applied", counts: { applied: 400, stale: 0, waiting: 0 } });
    const ended = await w.call<{ total: number }>("GET", "/api/people?state=ended&size=1");
    expect(ended.total).toBe(17);
    const units = await w.call<{ rows: { path: string; peopleBelow: number }[] }>("GET", "/api/org-units");
    expect(units.rows.map((u) => u.path)).toContain("Produktion/Werk Kiel");
    const found = await w.call<{ rows: { id: string; name: string; superior: unknown; site: { zone: string } }[] }>("GET", "/api/people?search=100003");
    expect(found.rows[0]).toMatchObject({ name: "Chidi D’Angelo", site: { zone: "Pacific/Honolulu" } });
    const again = await w.check(fixture("hr-suite-utf8.csv"));
    expect(again.counts).toMatchObject({ rows: 400, unchanged: 400, create: 0, change: 0, refused: 0 });
    const before = await w.count("facts");
    expect((await w.apply(again.id)).counts).toMatchObject({ applied: 0 });
    expect(await w.count("facts")).toBe(before);
    // Everybody who works here can sign in, leavers cannot.
    expect(await w.count("accounts")).toBe(383 + 6);
  });
});

describe("a German file in Windows-1252", () => {
  it("keeps leading zeros, reads dates and shares, and waits for superiors of another file", async () => {
    const run = await w.check(fixture("personal-cp1252.csv"));
    expect(run).toMatchObject({ encoding: "windows-1252", delimiter: ";", superiors: "later" });
    expect(run.columns.map((c) => c.target)).toEqual(["number", "family", "given", "email", "superior", "started", "ended", "org_unit", "site", "fte"]);
    expect(run.counts).toMatchObject({ rows: 400, create: 400 });
    const rows = await w.rows(run.id);
    expect(rows[0]).toMatchObject({ number: "00100300", name: "Søren van den Berg", diff: { fte: [null, "0.5"], started_on: [null, "2020-08-01"] } });
    expect(rows.some((r) => r.warnings.some((x) => x.code === "encoding_loss" && x.text.includes("Nguy?n")))).toBe(true);
    expect((await w.apply(run.id)).counts).toMatchObject({ applied: 400, waiting: 400 });
    const again = await w.check(fixture("personal-cp1252.csv"));
    expect(again.counts).toMatchObject({ unchanged: 400 });
    // The suite's file brings the superiors; numbers differ in leading zeros, so a person says that they are the same.
    const suite = await w.check(fixture("hr-suite-utf8.csv"));
    const taken = (await w.rows(suite.id, "&verdict=refused")).map((r) => r.reasons[0]?.code);
    expect(new Set(taken)).toEqual(new Set(["email_taken_zeros"]));
    const joined = await w.check(fixture("hr-suite-utf8.csv"), undefined, { zeros: "ignore" });
    expect(joined.counts).toMatchObject({ rows: 400, create: 300, change: 100, refused: 0 });
  });
});
