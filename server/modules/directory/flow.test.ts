/** What happens between reading a file and having its people: races, drift, kills, rights. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importWorld, type Checked, type ImportWorld } from "../../../test/harness/imports.ts";
import type { JobRun } from "../../kernel/jobs/types.ts";
import { readCtx, runUnit } from "../../kernel/unit.ts";
import { systemActor } from "../../kernel/ctx.ts";
import { jobs } from "./jobs.ts";

let w: ImportWorld;
beforeEach(async () => { w = await importWorld(); });
afterEach(async () => { await w.close(); });

const head = "id,name,mail,manager,start,end,unit,title\n";
const people = (...rows: string[]): string => head + rows.join("\n") + "\n";
const find = async (number: string): Promise<{ id: string; name: string; state: string; superior: { id: string; name: string } | null }> => (await w.call<{ rows: never[] }>("GET", `/api/people?search=${number}`)).rows[0] as never;
const into = async (file: string, options?: Record<string, unknown>): Promise<Checked> => w.apply((await w.check(file, undefined, options)).id);

describe("applying", () => {
  it("happens once, however often it is asked", async () => {
    const run = await w.check(people("1,Ann Smith,ann@x.example,,2020-01-01,,IT,Dev", "2,Bob Brown,,1,2020-01-01,,IT/Ops,Dev"));
    const twice = await Promise.all([1, 2, 3].map(() => w.request("POST", `/api/directory/runs/${run.id}/apply`, { who: "hr", body: {} })));
    expect(twice.map((a) => a.status).sort()).toEqual([200, 409, 409]);
    await w.settle();
    expect(await w.call<Checked>("GET", `/api/directory/runs/${run.id}`)).toMatchObject({ state: "applied", counts: { applied: 2 } });
    expect((await find("2")).superior).toMatchObject({ name: "Ann Smith" });
    const again = await w.request("POST", `/api/directory/runs/${run.id}/apply`, { who: "hr", body: {} });
    expect(again).toMatchObject({ status: 409, json: { code: "directory.not_planned" } });
    expect(await w.request("POST", `/api/directory/runs/${run.id}/plan`, { who: "hr", body: {} })).toMatchObject({ status: 409, json: { code: "directory.closed" } });
  });

  it("is refused once the mapping changed after the check", async () => {
    const run = await w.check(people("1,Ann Smith,,,2020-01-01,,IT,Dev"));
    await w.call("PUT", `/api/directory/runs/${run.id}/mapping`, { columns: [{ index: 7, target: null }] });
    expect(await w.request("POST", `/api/directory/runs/${run.id}/apply`, { who: "hr", body: {} })).toMatchObject({ status: 409, json: { code: "directory.not_planned" } });
    expect(await w.count("employments")).toBe(6);
  });

  it("leaves a person alone who changed after the check", async () => {
    await into(people("1,Ann Smith,,,2020-01-01,,IT,Dev", "2,Bob Brown,,,2020-01-01,,IT,Dev"));
    const run = await w.check(people("1,Ann Smith,,,2020-01-01,,IT,Lead", "2,Bob Brown,,,2020-01-01,,IT,Lead", "3,Cy Clark,,,2020-01-01,,IT,Dev", "4,Di Dale,,,2020-01-01,,IT,Dev"));
    expect(run.counts).toMatchObject({ change: 2, create: 2 });
    const ann = await find("1");
    const detail = await w.call<{ employments: { id: string; version: number }[] }>("GET", `/api/people/${ann.id}`);
    await w.call("PATCH", `/api/people/${ann.id}/employments/${detail.employments[0]?.id}`, { version: detail.employments[0]?.version, position: "Boss" });
    await w.call("POST", "/api/people", { givenName: "Other", familyName: "Three", employeeNumber: "3" });
    expect(await w.apply(run.id)).toMatchObject({ counts: { applied: 2, stale: 2 } });
    const rows = await w.rows(run.id);
    expect(rows.map((r) => [r.number, r.verdict, r.reasons[0]?.code])).toEqual([["1", "refused", "stale"], ["2", "change", undefined], ["3", "refused", "stale"], ["4", "create", undefined]]);
    const facts = await w.unit((ctx) => ctx.db.rows<{ value: string }>("SELECT f.value FROM facts f JOIN employments e ON e.id = f.employment_id WHERE f.attribute = 'position' AND f.superseded_at IS NULL AND f.valid_to IS NULL AND e.employee_number = '1'"));
    expect(facts).toEqual([{ value: "Boss" }]);
  });

  it("swaps superiors and addresses of two people in one file", async () => {
    await into(people("1,Ann Smith,a@x.example,,2020-01-01,,IT,Dev", "2,Bob Brown,b@x.example,1,2020-01-01,,IT,Dev"));
    const done = await into(people("1,Ann Smith,b@x.example,2,2020-01-01,,IT,Dev", "2,Bob Brown,a@x.example,,2020-01-01,,IT,Dev"));
    expect(done.counts).toMatchObject({ applied: 2, stale: 0, refused: 0 });
    expect([(await find("1")).superior?.name, (await find("2")).superior]).toEqual(["Bob Brown", null]);
  });

  it("ends, re-opens and rehires employments", async () => {
    await into(people("1,Ann Smith,ann@x.example,,2020-01-01,,IT,Dev", "2,Bob Brown,bob@x.example,,2020-01-01,,IT,Dev"));
    await into(people("1,Ann Smith,ann@x.example,,2020-01-01,2027-02-28,IT,Dev", "2,Bob Brown,bob@x.example,,2020-01-01,2027-02-28,IT,Dev"));
    expect([(await find("1")).state, (await find("2")).state]).toEqual(["ended", "ended"]);
    await w.settle();
    const accounts = (): Promise<{ state: string }[]> => w.unit((ctx) => ctx.db.rows<{ state: string }>("SELECT state FROM accounts WHERE sign_in_name IN ('ann@x.example', 'bob@x.example') ORDER BY sign_in_name"));
    expect(await accounts()).toEqual([{ state: "ended" }, { state: "ended" }]);
    // Ann's end was a mistake; Bob comes back later: a new employment of the same person.
    const done = await into(people("1,Ann Smith,ann@x.example,,2020-01-01,,IT,Dev", "2,Bob Brown,bob@x.example,1,2027-03-01,,IT,Dev"));
    expect(done.counts).toMatchObject({ applied: 2 });
    const rows = await w.unit((ctx) => ctx.db.rows<{ n: string; started: string; state: string }>("SELECT employee_number AS n, started_on AS started, state FROM employments WHERE employee_number IN ('1','2') ORDER BY employee_number, started_on"));
    expect(rows).toEqual([{ n: "1", started: "2020-01-01", state: "active" }, { n: "2", started: "2020-01-01", state: "ended" }, { n: "2", started: "2027-03-01", state: "active" }]);
    expect((await find("2")).superior?.name).toBe("Ann Smith");
    expect((await w.check(people("1,Ann Smith,ann@x.example,,2020-01-01,,IT,Dev", "2,Bob Brown,bob@x.example,1,2027-03-01,,IT,Dev"))).counts).toMatchObject({ unchanged: 2 });
  });

  it("links superiors that a later file brings, and never into a loop", async () => {
    const first = await into(people("1,Ann Smith,,9,2020-01-01,,IT,Dev", "2,Bob Brown,,1,2020-01-01,,IT,Dev"), { superiors: "later" });
    expect(first.counts).toMatchObject({ applied: 2, waiting: 1 });
    const loop = await into(people("9,Cy Clark,,2,2020-01-01,,IT,Dev"));
    expect(loop.counts).toMatchObject({ applied: 1 });
    // 9 → 2 → 1, so 1 → 9 would close a loop and keeps waiting.
    expect((await find("1")).superior).toBe(null);
    await into(people("9,Cy Clark,,,2020-01-01,,IT,Dev"));
    expect((await find("1")).superior?.name).toBe("Cy Clark");
  });

  it("keeps history: the old position ends, the new one begins today", async () => {
    await into(people("1,Ann Smith,,,2020-01-01,,IT,Dev"));
    await into(people("1,Ann Smith-Jones,,,2020-01-01,,HR,Lead"));
    const ann = await find("1");
    const facts = await w.call<{ rows: { attribute: string; value: string; validFrom: string; validTo: string | null; supersededAt: string | null }[] }>("GET", `/api/people/${ann.id}/facts?attribute=position`);
    expect(facts.rows.filter((f) => f.supersededAt === null).map((f) => [f.value, f.validFrom, f.validTo])).toEqual([["Lead", "2027-03-01", null], ["Dev", "2020-01-01", "2027-03-01"]]);
    expect(facts.rows).toHaveLength(3);
    const detail = await w.call<{ names: { display: string }[] }>("GET", `/api/people/${ann.id}`);
    expect(detail.names.map((n) => n.display)).toEqual(["Ann Smith-Jones", "Ann Smith"]);
  });

  it("works without employee numbers, by e-mail address", async () => {
    const file = "First name,Last name,E-Mail,Job\nAnn,Smith,ann@x.example,Dev\nBob,Brown,,Dev\n";
    const run = await w.check(file);
    expect((await w.rows(run.id)).map((r) => [r.verdict, r.reasons[0]?.code])).toEqual([["create", undefined], ["refused", "key_missing"]]);
    await w.apply(run.id);
    expect((await w.check(file)).counts).toMatchObject({ unchanged: 1, refused: 1 });
  });
});

describe("the memory of a feed", () => {
  it("offers the mapping of the last file and stays with the feed", async () => {
    const file = "Kürzel,Wer,Was\n1,Ann Smith,Dev\n";
    const first = await w.check(file, { Kürzel: "number", Wer: "name", Was: "custom.Gruppe" });
    const second = (await w.upload(file, "other-name.csv")).json as Checked & { feed: { id: string } };
    expect(second.columns.map((c) => c.target)).toEqual(["number", "name", "custom.Gruppe"]);
    const feeds = await w.call<{ rows: { runs: number }[] }>("GET", "/api/directory/feeds");
    expect(feeds.rows.map((f) => f.runs)).toEqual([2]);
    expect(first.columns).toHaveLength(3);
  });
  it("refuses meanings that do not exist, or twice", async () => {
    const run = (await w.upload(people("1,Ann Smith,,,2020-01-01,,IT,Dev"))).json as Checked;
    const put = (columns: unknown) => w.request("PUT", `/api/directory/runs/${run.id}/mapping`, { who: "hr", body: { columns } });
    expect(await put([{ index: 0, target: "password" }])).toMatchObject({ status: 400, json: { code: "directory.mapping_unknown" } });
    expect(await put([{ index: 99, target: "name" }])).toMatchObject({ status: 400, json: { code: "directory.mapping_unknown" } });
    expect(await put([{ index: 0, target: "custom.__proto__\u0000" }])).toMatchObject({ status: 400 });
    expect((await put([{ index: 2, target: "name" }])).status).toBe(200);
    expect(await w.request("POST", `/api/directory/runs/${run.id}/plan`, { who: "hr", body: {} })).toMatchObject({ status: 400, json: { code: "directory.mapping_twice" } });
    expect((await put([{ index: 0, target: null }, { index: 2, target: null }])).status).toBe(200);
    expect(await w.request("POST", `/api/directory/runs/${run.id}/plan`, { who: "hr", body: {} })).toMatchObject({ status: 400, json: { code: "directory.mapping_incomplete" } });
  });
});

describe("the file of refused rows", () => {
  it("has the original cells, the row and the reason, and nothing a spreadsheet would run", async () => {
    const run = await w.check(people("1,Ann Smith,,,2020-01-01,,IT,Dev", '2,"=HYPERLINK(""http://evil.example"",""x"")",,,2020-01-01,,IT,Dev', "3,Bob Brown,@SUM(A1),,31.02.2024,,IT,Dev"));
    const file = await w.request("GET", `/api/directory/runs/${run.id}/errors`, { who: "hr" });
    expect(file.status).toBe(200);
    expect(file.headers.get("content-disposition")).toContain("people-errors.csv");
    const lines = file.text.replace(/^\ufeff/, "").split("\n");
    expect(lines[0]).toBe("id,name,mail,manager,start,end,unit,title,Row,Reason");
    expect(lines[1]).toContain("'=HYPERLINK");
    expect(lines[2]).toContain("'@SUM(A1)");
    expect(lines[2]).toContain("is not a date that exists");
  });
});

/** A run of a job as the kernel gives it, that dies after so many units. */
function mortal(w: ImportWorld, kind: string, runId: string, jobId: string, cursor: unknown, units: number): { job: JobRun; kept: () => unknown } {
  let left = units;
  let kept = cursor;
  const { kernel } = w.muster;
  const by = { actor: systemActor("imports"), requestId: "test", deadlineMs: 10_000 };
  const job: JobRun = {
    id: jobId, key: kind, tenantId: kernel.tenantId, payload: { runId }, cursor, attempt: 1, files: kernel.files, workers: kernel.workers, log: kernel.log, now: () => kernel.clock.now(), stopping: () => false,
    read: (work) => work(readCtx(kernel, by)),
    unit: async (work) => {
      if (left-- <= 0) throw new Error("killed");
      const made = await runUnit(kernel, by, work);
      if (made.cursor !== undefined) kept = made.cursor;
      return made.value;
    },
  };
  return { job, kept: () => kept };
}

describe("killed between units", () => {
  it("goes on exactly where it stopped, in the check and in the writing", async () => {
    const count = 1_300;
    const file = people(...Array.from({ length: count }, (_, i) => `${i + 1},Ann Smith${i},,${i === 0 ? "" : Math.ceil(i / 3)},2020-01-01,,U${i % 7},Dev`));
    const run = (await w.upload(file)).json as Checked;
    const { jobId: planId } = await w.call<{ jobId: string }>("POST", `/api/directory/runs/${run.id}/plan`, {});
    let cursor: unknown = null;
    let kills = 0;
    for (let units = 1; ; units++) {
      const { job, kept } = mortal(w, "directory.plan", run.id, planId, cursor, 1 + (units % 2));
      try { await jobs["directory.plan"]?.run(job); break; } catch (error) { if ((error as Error).message !== "killed") throw error; kills++; cursor = kept(); }
      if (units > 60) throw new Error("no progress");
    }
    expect(kills).toBeGreaterThan(1);
    expect(await w.call<Checked>("GET", `/api/directory/runs/${run.id}`)).toMatchObject({ state: "planned", counts: { rows: count, create: count, refused: 0 } });
    const { jobId: applyId } = await w.call<{ jobId: string }>("POST", `/api/directory/runs/${run.id}/apply`, {});
    cursor = null;
    kills = 0;
    for (let n = 0; ; n++) {
      const { job, kept } = mortal(w, "directory.apply", run.id, applyId, cursor, 1);
      try { await jobs["directory.apply"]?.run(job); break; } catch (error) { if ((error as Error).message !== "killed") throw error; kills++; cursor = kept(); }
      if (n > 60) throw new Error("no progress");
    }
    expect(kills).toBeGreaterThan(5);
    expect(await w.call<Checked>("GET", `/api/directory/runs/${run.id}`)).toMatchObject({ state: "applied", counts: { applied: count, stale: 0 } });
    expect(await w.count("employments")).toBe(count + 6);
    expect(await w.count("superiors")).toBe(count - 1);
    expect(await w.count("accounts")).toBe(count + 6);
    await w.settle();
    expect((await w.check(file)).counts).toMatchObject({ unchanged: count });
  });
});

describe("cancelling", () => {
  it("stops a check that has not begun, and keeps what is written", async () => {
    const run = (await w.upload(people("1,Ann Smith,,,2020-01-01,,IT,Dev"))).json as Checked;
    await w.call("POST", `/api/directory/runs/${run.id}/plan`, {});
    expect(await w.request("PUT", `/api/directory/runs/${run.id}/mapping`, { who: "hr", body: { columns: [] } })).toMatchObject({ status: 409, json: { code: "directory.is_busy" } });
    expect(await w.call("POST", `/api/directory/runs/${run.id}/cancel`, {})).toEqual({ state: "cancelled" });
    await w.settle();
    expect(await w.call<Checked>("GET", `/api/directory/runs/${run.id}`)).toMatchObject({ state: "cancelled", counts: { rows: 0 } });
    expect(await w.request("POST", `/api/directory/runs/${run.id}/cancel`, { who: "hr", body: {} })).toMatchObject({ status: 409, json: { code: "directory.closed" } });
    await w.call("POST", `/api/directory/runs/${run.id}/plan`, {});
    await w.settle();
    expect(await w.call<Checked>("GET", `/api/directory/runs/${run.id}`)).toMatchObject({ state: "planned" });
  });
});

describe("rights", () => {
  it("imports are for those who may write directories; auditors look, others see nothing", async () => {
    const run = await w.check(people("1,Ann Smith,,,2020-01-01,,IT,Dev"));
    const paths: [string, string, unknown?][] = [["GET", "/api/directory/feeds"], ["GET", "/api/directory/runs"], ["GET", `/api/directory/runs/${run.id}`], ["GET", `/api/directory/runs/${run.id}/rows`], ["GET", `/api/directory/runs/${run.id}/errors`],
      ["PUT", `/api/directory/runs/${run.id}/mapping`, { columns: [] }], ["POST", `/api/directory/runs/${run.id}/plan`, {}], ["POST", `/api/directory/runs/${run.id}/apply`, {}], ["POST", `/api/directory/runs/${run.id}/cancel`, {}]];
    for (const [method, path, body] of paths) {
      for (const who of ["learner", "manager", "author"] as const) expect([path, who, (await w.request(method, path, { who, body })).status]).toEqual([path, who, 403]);
      expect([path, (await w.request(method, path, { body })).status]).toEqual([path, 401]);
      if (method !== "GET") expect([path, (await w.request(method, path, { who: "auditor", body })).status]).toEqual([path, 403]);
    }
    expect((await w.upload("id,name\n1,A B\n", "x.csv", "learner")).status).toBe(403);
    expect(await w.call<Checked>("GET", `/api/directory/runs/${run.id}`)).toMatchObject({ state: "planned" });
    expect((await w.request("GET", "/api/directory/runs/nothing-here", { who: "hr" })).status).toBe(404);
  });
  it("an import of another tenant does not exist here", async () => {
    const run = await w.check(people("1,Ann Smith,,,2020-01-01,,IT,Dev"));
    await w.unit(async (ctx) => {
      await ctx.db.run("INSERT INTO tenants (id, name, zone, language, created_at) VALUES ('other', 'Other', 'UTC', 'en', ?)", [ctx.now]);
      await ctx.db.run("UPDATE feed_runs SET tenant_id = 'other' WHERE id = ?", [run.id]);
    });
    for (const [method, path] of [["GET", ""], ["GET", "/rows"], ["GET", "/errors"], ["POST", "/apply"], ["POST", "/plan"], ["POST", "/cancel"]] as const) {
      expect([path, (await w.request(method, `/api/directory/runs/${run.id}${path}`, { who: "administrator", body: method === "POST" ? {} : undefined })).status]).toEqual([path, 404]);
    }
  });
});
