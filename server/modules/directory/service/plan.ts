/**
 * The check (dry run): the file is walked twice. First every row is put into a small index, with everybody known, for what
 * only the whole shows; then each row gets its verdict and is stored. Killed between units, it goes on at the next slice.
 */
import { createHash } from "node:crypto";
import type { Ctx } from "../../../kernel/ctx.ts";
import { renewStatistics } from "../../../kernel/db/planner.ts";
import type { JobRun } from "../../../kernel/jobs/types.ts";
import * as people from "../../people/index.ts";
import type { Indexed, Rows } from "../csv.worker.ts";
import { checkWhole, compare, looseTargets, reason, type IndexRow, type Known, type Reason, type RowPlan, type RowReading, type SuperiorLink, type Surroundings, type Whole } from "../rules.ts";
import type { FeedRun } from "../store/columns.ts";
import * as rowStore from "../store/rows.ts";
import * as store from "../store/runs.ts";
import { effectiveOrder } from "./questions.ts";
import { batches, type Place } from "./source.ts";

const rowsPerUnit = 500;
interface Cursor { readonly place: Place; readonly done: number }

export const rowPlan = (run: FeedRun, today: string): RowPlan => ({
  width: run.columns.length, today,
  columns: run.columns.flatMap((c) => { const target = run.mapping[c.index] ?? null; return target === null ? [] : [{ index: c.index, header: c.header, target, order: effectiveOrder(c, run.mapping, run.columns, run.options) }]; }),
});

async function everybody(job: JobRun): Promise<Known[]> {
  const known: Known[] = [];
  for (let after = ""; ;) {
    const page = await job.read((ctx) => people.roster(ctx, after, 5_000));
    for (const r of page) known.push({ personId: r.personId, number: r.number, email: r.email, name: r.name, isActive: r.isActive, superiorId: r.superiorId });
    const last = page.at(-1);
    if (!last || page.length < 5_000) break;
    after = last.employmentId ?? "";
    await new Promise(setImmediate);
  }
  for (const r of await job.read((ctx) => people.unemployed(ctx))) known.push({ personId: r.personId, number: null, email: r.email, name: r.name, isActive: true, superiorId: null });
  return known;
}

export async function planRun(job: JobRun): Promise<unknown> {
  const { runId } = job.payload as { runId: string };
  const run = await job.read((ctx) => store.run(ctx, runId));
  if (!run || run.jobId !== job.id || (run.state !== "planning" && run.state !== "failed")) return { skipped: true };
  const today = await job.read((ctx) => people.companyDay(ctx));
  const plan = rowPlan(run, today);
  const source = { sha256: run.fileSha256, size: run.options.size };
  const how = { encoding: run.encoding, delimiter: run.delimiter, offset: run.options.offset };
  const first: Place = { offset: how.offset, row: 1 };

  const index: IndexRow[] = [];
  for await (const { batch } of batches<Indexed>(job, source, how, first, (slice, place) => ({ kind: "index", slice, plan, firstRow: place.row, headerRow: run.options.header }))) {
    for (const r of batch.rows) index.push(r);
    if (job.stopping()) return undefined;
  }
  const known = await everybody(job);
  const whole = checkWhole(index, known, {
    byEmail: !run.mapping.includes("number"), hasSuperior: run.mapping.includes("superior"), ignoreZeros: run.options.zeros === "ignore", superiors: run.options.superiors,
  });
  const judge = judgeFor(run, whole, index, known);

  let cursor = job.cursor as Cursor | null;
  if (cursor === null) {
    const cleared: Cursor = { place: first, done: 0 };
    while (await job.unit(async (ctx) => { const isMore = await rowStore.clearRows(ctx, runId); return { value: isMore, ...(isMore ? {} : { cursor: cleared }) }; }));
    cursor = cleared;
  }
  let done = cursor.done;
  for await (const { batch, next } of batches<Rows>(job, source, how, cursor.place, (slice, place) => ({ kind: "rows", slice, plan, firstRow: place.row, headerRow: run.options.header }))) {
    // Rows of a slice that a killed run has stored already are skipped: the cursor moves on slice by slice.
    const stored = await job.read(async (ctx) => (await ctx.db.rows<{ n: number | null }>("SELECT max(row_number) AS n FROM feed_rows WHERE run_id = ?", [runId]))[0]?.n ?? 0);
    const fresh = batch.rows.filter((r) => r.row > stored);
    done += batch.rows.length - fresh.length;
    for (let i = 0; i < fresh.length || i === 0; i += rowsPerUnit) {
      const part = fresh.slice(i, i + rowsPerUnit);
      const judged = await job.read((ctx) => judge(ctx, part));
      const isLast = i + rowsPerUnit >= fresh.length;
      done += part.length;
      await job.unit(async (ctx) => {
        await rowStore.insertRows(ctx, runId, judged);
        await renewStatistics(ctx.db, ["feed_rows"], done - part.length, done);
        return { value: null, done, ...(isLast ? { cursor: { place: next, done } satisfies Cursor } : {}) };
      });
      if (job.stopping()) return undefined;
    }
  }
  return job.unit(async (ctx) => {
    const counts = await store.countRows(ctx, runId, 0);
    const moved = await store.moveRun(ctx, runId, ["planning", "failed"], { state: "planned", problem: null, plannedAt: ctx.now, counts, options: { ...run.options, superiorsAre: run.mapping.includes("superior") ? whole.superiors : null } });
    if (moved) ctx.audit("directory.run_planned", { kind: "feed_run", id: runId }, { before: { state: "planning" }, after: { state: "planned", ...counts } });
    return { value: counts, done };
  });
}

/** Verdicts of ≤ 500 rows at a time, from a read of what is believed about those people now. */
function judgeFor(run: FeedRun, whole: Whole, index: readonly IndexRow[], known: readonly Known[]): (ctx: Ctx, rows: readonly RowReading[]) => Promise<rowStore.NewRow[]> {
  const loose = looseTargets(run.mapping.filter((t) => t !== null));
  const byRow = new Map(index.map((r) => [r.row, r]));
  const names = new Map(known.map((k) => [k.personId, k.number === null ? k.name : `${k.number} ${k.name}`]));
  const superior = (link: SuperiorLink): string | null => {
    if (link === null) return null;
    if ("later" in link) return link.later;
    if ("personId" in link) return names.get(link.personId) ?? null;
    const row = byRow.get(link.row);
    return row ? [row.number ?? row.email, row.name].filter((x) => x !== null && x !== "").join(" ") : null;
  };
  return async (ctx, rows) => {
    const around = { ...await surroundings(ctx), superior };
    const found = rows.flatMap((r) => { const f = whole.findings.get(r.row); return f === undefined || f.personId === null ? [] : [{ personId: f.personId, number: f.number }]; });
    const personIds = found.map((f) => f.personId);
    const snapshots = await currentOf(ctx, found);
    const facts = await people.looseFacts(ctx, personIds, loose);
    return rows.map((r): rowStore.NewRow => {
      const finding = whole.findings.get(r.row);
      const reasons = [...r.reasons, ...finding?.reasons ?? []];
      const warnings = [...r.warnings, ...finding?.warnings ?? []];
      const base = { rowNumber: r.row, cells: [...r.cells], key: r.values["number"] ?? r.values["email"] ?? null, personId: finding?.personId ?? null };
      if (reasons.length > 0) return { ...base, verdict: "refused", reasons, warnings, diff: {}, proposed: {}, basis: null };
      const was = finding === undefined || finding.personId === null ? undefined : snapshots.get(finding.personId);
      const c = compare(r.values, finding?.superior, was, facts.get(was?.employmentId ?? was?.personId ?? "") ?? {}, around);
      if (c.verdict === "unchanged") return { ...base, verdict: "unchanged", reasons, warnings, diff: {}, proposed: {}, basis: basisOf(was) };
      const link = finding?.superior;
      return {
        ...base, verdict: c.verdict, reasons, warnings: [...warnings, ...siteDoubts(r, around)], diff: c.diff, basis: basisOf(was),
        proposed: { values: r.values, ...(link === undefined ? {} : { superior: link }) },
      };
    });
  };
}

/** By the number in question (a person may have had several), else their main employment. */
export async function currentOf(ctx: Ctx, wanted: readonly { readonly personId: string; readonly number: string | null }[]): Promise<Map<string, people.Snapshot>> {
  const out = new Map<string, people.Snapshot>();
  const numbers = new Map(wanted.map((w) => [w.personId, w.number]));
  for (const s of await people.byNumber(ctx, wanted.flatMap((w) => w.number ?? []))) {
    if (s.employeeNumber === numbers.get(s.personId) && !out.has(s.personId)) out.set(s.personId, s);
  }
  for (const s of await people.byPerson(ctx, wanted.filter((w) => !out.has(w.personId)).map((w) => w.personId))) out.set(s.personId, s);
  return out;
}

function siteDoubts(r: RowReading, around: Awaited<ReturnType<typeof surroundings>>): Reason[] {
  const name = r.values["site"];
  if (name === undefined || name === null) return [];
  const zone = r.values["zone"] ?? null;
  const known = around.siteZone(name);
  if (known === undefined) return zone === null ? [reason("site_zone_assumed", { value: name })] : [];
  return zone !== null && zone !== known ? [reason("site_zone_differs", { value: name, known, zone })] : [];
}

/** What a row was compared with; if it is different when applying, the row is stale. */
export const basisOf = (s: people.Snapshot | undefined): string => s ? `${s.personId}:${s.personVersion}:${s.employmentId ?? ""}:${s.employmentVersion}` : "new";

export async function surroundings(ctx: Ctx): Promise<Omit<Surroundings, "superior"> & { siteZone(name: string): string | undefined }> {
  const [orgUnit, sites] = [await people.orgUnitFinder(ctx), await people.siteFinder(ctx)];
  return { orgUnit, site: (name) => sites(name)?.id, siteZone: (name) => sites(name)?.zone };
}

/** SHA-256 over the canonical lines of the rows an entry stands for. */
export function digestOf(lines: readonly string[]): string {
  const hash = createHash("sha256");
  for (const l of lines) hash.update(`${l}\n`);
  return hash.digest("hex");
}
