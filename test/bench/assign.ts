/**
 * R10: N people assigned through the product against a raw INSERT … SELECT of the same obligations, reasons and cycles.
 * `npm run bench:assign -- --people 40000 --engine sqlite|postgres [--repeats 3] [--json FILE]`. Raw (A) and Muster (B) alternate as ABBA.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compose, type Muster } from "../../server/app.ts";
import { readConfig } from "../../server/kernel/config.ts";
import type { Ctx } from "../../server/kernel/ctx.ts";
import type { Db } from "../../server/kernel/db/database.ts";
import { createLogger } from "../../server/kernel/log.ts";
import { asSystem, readCtx } from "../../server/kernel/unit.ts";
import { systemActor } from "../../server/kernel/ctx.ts";
import { documentBytes } from "../../server/modules/courses/canonical.ts";
import { create as createRequirement } from "../../server/modules/requirements/service.ts";
import { create as createRollout, preview, start } from "../../server/modules/rollouts/service.ts";
import { createDatabase, startPostgres, type Cluster } from "../harness/postgres.ts";

const { values: given } = parseArgs({ options: { people: { type: "string", default: "40000" }, engine: { type: "string", default: "sqlite" }, repeats: { type: "string", default: "3" }, json: { type: "string" } } });
const people = Number(given.people);
const repeats = Number(given.repeats);
const { engine } = given;
if ((engine !== "sqlite" && engine !== "postgres") || !(people > 0) || !(repeats > 0)) { process.stderr.write("use --people N --engine sqlite|postgres --repeats N --json FILE\n"); process.exit(3); }

const sites = [["berlin", "Europe/Berlin"], ["sofia", "Europe/Sofia"], ["cairo", "Africa/Cairo"], ["honolulu", "Pacific/Honolulu"], ["bengaluru", "Asia/Kolkata"]] as const;
const ms = (from: bigint): number => Number(process.hrtime.bigint() - from) / 1e6;
const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
const unitsOf = (muster: Muster) => <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => asSystem(muster.kernel, "bench", work, 120_000);

async function seed(db: Db, tenantId: string, now: string): Promise<void> {
  await db.run("UPDATE tenants SET zone = 'Europe/Berlin', name = 'Bench', state = 'open' WHERE id = ?", [tenantId]);
  for (const [id, zone] of sites) await db("sites").insert({ id, tenant_id: tenantId, name: id, zone, created_at: now });
  for (let i = 0; i < 40; i++) await db("org_units").insert({ id: `unit${i}`, tenant_id: tenantId, code: `u${i}`, name: `Unit ${i}`, parent_id: null, path: `/u${i}/`, created_at: now });
  const content = documentBytes({ format: 1, title: "Course", summary: "", language: "en", content: { units: [] }, files: [] });
  await db("courses").insert({ id: "course", tenant_id: tenantId, code: "course", title: "Course", language: "en", state: "live", draft: "{}", draft_changed_at: now, live_version_id: "version", created_at: now, created_by: "bench" });
  await db("versions").insert({ id: "version", tenant_id: tenantId, course_id: "course", number: 1, title: "Course", content: content.bytes, content_sha256: content.sha256, minutes: 10, unit_count: 1, created_at: now, created_by: "bench" });
  for (let from = 0; from < people; from += 5_000) {
    const rows = Array.from({ length: Math.min(5_000, people - from) }, (_, i) => ({ n: String(from + i).padStart(6, "0"), site: sites[(from + i) % sites.length]?.[0] ?? "berlin", unit: `unit${(from + i) % 40}`, now, tenant_id: tenantId }));
    const t = `(SELECT * FROM ${db.sql.rowsOf({ n: "text", site: "text", unit: "text", now: "instant", tenant_id: "text" })}) k`;
    await db.run(`INSERT INTO people (id, tenant_id, display_name, sort_name, search_text, state, created_at) SELECT 'person' || k.n, k.tenant_id, 'Person ' || k.n, 'person ' || k.n, 'person ' || k.n, 'active', k.now FROM ${t} WHERE true`, [JSON.stringify(rows)]);
    await db.run(`INSERT INTO employments (id, tenant_id, person_id, employer, employee_number, org_unit_id, site_id, position, state, created_at) SELECT 'job' || k.n, k.tenant_id, 'person' || k.n, '', k.n, k.unit, k.site, 'Nurse', 'active', k.now FROM ${t} WHERE true`, [JSON.stringify(rows)]);
  }
}

const requirement = (muster: Muster, n: number): Promise<string> => unitsOf(muster)(async (ctx) => (await createRequirement(ctx, {
  code: `r${n}`, courseId: "course", title: `Requirement ${n}`, reason: "", audience: { any: [{ kind: "everyone" }] }, due: { kind: "relative", days: 30, from: "assigned" }, validity: { months: 12, anchor: "completion" }, graceDays: 3, windowDays: 30,
})).id);

/** The same rows with constants for what the product computes: three statements, one transaction. */
async function raw(muster: Muster, requirementId: string): Promise<number> {
  const { database, clock, tenantId } = muster.kernel;
  const now = clock.now();
  const due = JSON.stringify(sites.map(([, zone]) => ({ zone, due_on: "2027-06-30", due_at: "2027-06-30T22:00:00.000Z", overdue_at: "2027-07-03T22:00:00.000Z", now, tenant_id: tenantId, explanation: { kind: "everyone", id: null, name: null, withBelow: false } })));
  // Ids as the product makes them: of one base, in order.
  const id = (order: string): string => `'${requirementId}-' || CAST(100000 + row_number() OVER (ORDER BY ${order}) AS text)`;
  const from = process.hrtime.bigint();
  await database.unit(async (db) => {
    const d = `(SELECT * FROM ${db.sql.rowsOf({ zone: "text", due_on: "day", due_at: "instant", overdue_at: "instant", now: "instant", tenant_id: "text", explanation: "json" })})`;
    await db.run(`WITH d AS MATERIALIZED ${d} INSERT INTO obligations (id, tenant_id, person_id, requirement_id, started_at)
      SELECT ${id("e.person_id")}, e.tenant_id, e.person_id, ?, d.now FROM employments e JOIN sites s ON s.id = e.site_id JOIN d ON d.zone = s.zone WHERE e.state = 'active'`, [due, requirementId]);
    await db.run(`WITH d AS MATERIALIZED ${d} INSERT INTO reasons (id, tenant_id, obligation_id, kind, source_id, employment_id, explanation, due_on, due_zone, due_at, started_at)
      SELECT ${id("o.id")}, o.tenant_id, o.id, 'membership', ?, e.id, d.explanation, d.due_on, d.zone, d.due_at, d.now
      FROM obligations o JOIN employments e ON e.person_id = o.person_id JOIN sites s ON s.id = e.site_id JOIN d ON d.zone = s.zone WHERE o.requirement_id = ?`, [due, requirementId, requirementId]);
    await db.run(`WITH d AS MATERIALIZED ${d} INSERT INTO cycles (id, tenant_id, obligation_id, person_id, requirement_id, course_id, number, opened_at, due_on, due_zone, due_at, overdue_at, zone_db)
      SELECT ${id("o.id")}, o.tenant_id, o.id, o.person_id, o.requirement_id, 'course', 1, d.now, d.due_on, d.zone, d.due_at, d.overdue_at, '2026a'
      FROM obligations o JOIN employments e ON e.person_id = o.person_id JOIN sites s ON s.id = e.site_id JOIN d ON d.zone = s.zone WHERE o.requirement_id = ?`, [due, requirementId]);
  }, { deadlineMs: 300_000 });
  return ms(from);
}

interface Through { readonly musterMs: number; readonly previewMs: number; readonly rerunMs: number }
async function through(muster: Muster, requirementId: string): Promise<Through> {
  const unit = unitsOf(muster);
  const rolloutId = (await unit((ctx) => createRollout(ctx, { requirementId }))).id;
  const reading = { ...readCtx(muster.kernel, { actor: systemActor("bench"), requestId: "bench" }), files: muster.kernel.files, workers: muster.kernel.workers };
  const looked = process.hrtime.bigint();
  const seen = await preview.prepare(reading, { rolloutId });
  const previewMs = ms(looked);
  const { peopleCount } = await unit((ctx) => preview.run(ctx, { rolloutId }, seen as never));
  const from = process.hrtime.bigint();
  await unit((ctx) => start(ctx, { rolloutId, peopleCount }));
  await muster.runner.runUntilIdle();
  const musterMs = ms(from);
  const [row] = await muster.kernel.database.read.rows<{ state: string; done_count: number }>("SELECT state, done_count FROM rollouts WHERE id = ?", [rolloutId]);
  if (row?.state !== "done" || row.done_count !== people) throw new Error(`the rollout is ${row?.state} after ${row?.done_count} people`);
  // The same run once more over people who owe it already.
  await unit(async (ctx) => {
    await ctx.db.run("UPDATE rollouts SET state = 'running' WHERE id = ?", [rolloutId]);
    await ctx.enqueue({ kind: "rollouts.run", key: `again:${rolloutId}`, payload: { rolloutId } });
  });
  const again = process.hrtime.bigint();
  await muster.runner.runUntilIdle();
  return { musterMs, previewMs, rerunMs: ms(again) };
}

async function check(muster: Muster, requirementIds: readonly string[]): Promise<void> {
  for (const id of requirementIds) {
    const [row] = await muster.kernel.database.read.rows<Record<string, number>>(`SELECT (SELECT count(*) FROM obligations WHERE requirement_id = ?) AS o, (SELECT count(*) FROM cycles WHERE requirement_id = ?) AS c,
      (SELECT count(*) FROM reasons r JOIN obligations o ON o.id = r.obligation_id WHERE o.requirement_id = ?) AS r`, [id, id, id]);
    if (row?.["o"] !== people || row["c"] !== people || row["r"] !== people) throw new Error(`rows differ for ${id}: ${JSON.stringify(row)}`);
  }
}

const home = mkdtempSync(join(tmpdir(), "muster-bench-"));
let cluster: Cluster | undefined;
try {
  if (engine === "postgres") cluster = await startPostgres({ fsync: true });
  const url = cluster && await createDatabase(cluster, "bench_assign");
  const muster = await compose({ config: readConfig({ MUSTER_DATA: home, MUSTER_LOG_LEVEL: "error", ...(url === undefined ? {} : { MUSTER_DATABASE_URL: url }) }), log: createLogger("error"), background: false });
  const { database, clock, tenantId } = muster.kernel;
  await database.unit((db) => seed(db, tenantId, clock.now()), { deadlineMs: 300_000 });
  if (engine === "postgres") await database.read.rows("ANALYZE").catch(() => []);
  const rawMs: number[] = [];
  const made: Through[] = [];
  const ids: string[] = [];
  let n = 0;
  const a = async (): Promise<void> => { const id = await requirement(muster, n++); ids.push(id); rawMs.push(await raw(muster, id)); };
  const b = async (): Promise<void> => { const id = await requirement(muster, n++); ids.push(id); made.push(await through(muster, id)); };
  const ratios: number[] = [];
  for (let i = 0; i < repeats; i++) {
    for (const side of [a, b, b, a]) await side();
    const group = { raw: rawMs.slice(-2), muster: made.slice(-2).map((m) => m.musterMs) };
    ratios.push((group.muster[0] ?? 0) + (group.muster[1] ?? 0) === 0 ? Number.NaN : ((group.muster[0] ?? 0) + (group.muster[1] ?? 0)) / ((group.raw[0] ?? 0) + (group.raw[1] ?? 0)));
    process.stdout.write(`repeat ${i + 1}: raw ${group.raw.map((x) => x.toFixed(0)).join(" ")} ms, Muster ${group.muster.map((x) => x.toFixed(0)).join(" ")} ms, ratio ${ratios.at(-1)?.toFixed(2)}\n`);
  }
  await check(muster, ids);
  const value = median(ratios);
  const detail = { people, rawMs: median(rawMs), musterMs: median(made.map((m) => m.musterMs)), rerunMs: median(made.map((m) => m.rerunMs)), previewMs: median(made.map((m) => m.previewMs)) };
  const report = {
    schema: "muster.storm/1", run: { people, repeats, engine, startedAt: clock.now() },
    env: { node: process.version, cpu: cpus()[0]?.model ?? "", cores: availableParallelism(), memMb: Math.round(totalmem() / 2 ** 20), loadBefore: loadavg()[0] },
    metrics: { R10: { value, unit: "ratio", goal: "≤ 2", status: value <= 2 ? "pass" : "fail", samples: ratios, detail } },
  };
  if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`R10 ${engine} ${people} people: ${value.toFixed(2)} (goal ≤ 2); ${JSON.stringify(detail)}\n`);
  process.exitCode = value <= 2 ? 0 : 1;
  await muster.close();
} finally {
  await cluster?.stop();
  rmSync(home, { recursive: true, force: true });
}
