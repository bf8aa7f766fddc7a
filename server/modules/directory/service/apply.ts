/**
 * Writing a checked run, 250 rows per unit. Rows first, then superiors (removed before any is set, so that two who swap places
 * never form a loop on the way), then superiors who were waited for. Each row is compared again: what changed since is left alone.
 */
import type { Ctx } from "../../../kernel/ctx.ts";
import { renewStatistics } from "../../../kernel/db/planner.ts";
import type { JobRun } from "../../../kernel/jobs/types.ts";
import * as people from "../../people/index.ts";
import { reason } from "../rules.ts";
import type { FeedRow, FeedRun } from "../store/columns.ts";
import * as rowStore from "../store/rows.ts";
import type { LineRow } from "../store/rows.ts";
import * as store from "../store/runs.ts";
import { digestOf } from "./plan.ts";
import { writeRows } from "./write.ts";

const rowsPerUnit = 250;
/** Tables each stage fills. */
const written = { rows: ["people", "person_names", "employments", "facts", "accounts", "feed_rows"], unlink: ["superiors"], link: ["superiors"], pending: ["superiors"], finish: ["superiors"] } as const;
const stages = ["rows", "unlink", "link", "pending", "finish"] as const;
type Stage = (typeof stages)[number];
interface Cursor { readonly stage: Stage; readonly after: number; readonly fact: string; readonly done: number; /** Rows seen in this stage. */ readonly seen: number }

export async function applyRun(job: JobRun): Promise<unknown> {
  const { runId } = job.payload as { runId: string };
  const run = await job.read((ctx) => store.run(ctx, runId));
  if (!run || run.jobId !== job.id || (run.state !== "applying" && run.state !== "failed")) return { skipped: true };
  const total = await job.read((ctx) => rowStore.countWritable(ctx, runId));
  let cursor = job.cursor as Cursor | null ?? { stage: "rows" as Stage, after: 0, fact: "", done: 0, seen: 0 };
  for (;;) {
    if (job.stopping()) return undefined;
    const at = cursor;
    const next = await job.unit(async (ctx): Promise<{ value: Cursor | null; cursor: Cursor; done: number; total: number }> => {
      const moved = await step(ctx, run, at);
      if (moved) await renewStatistics(ctx.db, written[at.stage], at.seen, moved.stage === at.stage ? moved.seen : at.seen);
      return { value: moved, cursor: moved ?? at, done: (moved ?? at).done, total };
    });
    if (next === null) break;
    cursor = next;
  }
  return job.read(async (ctx) => (await store.run(ctx, runId))?.counts);
}

async function finish(ctx: Ctx, run: FeedRun): Promise<void> {
  const counts = await store.countRows(ctx, run.id, await people.waitingSince(ctx, run.id));
  if (!await store.moveRun(ctx, run.id, ["applying", "failed"], { state: "applied", problem: null, appliedAt: ctx.now, counts })) return;
  ctx.audit("directory.run_applied", { kind: "feed_run", id: run.id }, { before: { state: "applying" }, after: { state: "applied", ...counts } });
  ctx.emit("directory.run_finished", { runId: run.id, feedId: run.feedId, counts });
}

/** One unit of one stage; where the next begins, or null after the last. */
async function step(ctx: Ctx, run: FeedRun, at: Cursor): Promise<Cursor | null> {
  const origin: people.Origin = { source: "feed", sourceId: run.id, day: await people.companyDay(ctx) };
  const following = (): Cursor | null => { const stage = stages[stages.indexOf(at.stage) + 1]; return stage === undefined ? null : { ...at, stage, after: 0, seen: 0 }; };
  if (at.stage === "finish") { await finish(ctx, run); return null; }
  if (at.stage === "pending") {
    const { last, personIds } = await people.linkPending(ctx, at.fact, rowsPerUnit, origin);
    if (personIds.length > 0) {
      record(ctx, run, "directory.superiors_linked", personIds.map((id) => people.line(id)));
      people.announce(ctx, { personIds, endedPersonIds: [], source: "feed", sourceId: run.id });
    }
    return last === null ? following() : { ...at, fact: last };
  }
  const lines = at.stage === "rows" ? [] : await rowStore.lineRowsAfter(ctx, run.id, at.after, rowsPerUnit, at.stage === "unlink" ? ["change"] : ["create", "change"]);
  const rows = at.stage === "rows" ? await rowStore.writableAfter(ctx, run.id, at.after, rowsPerUnit) : [];
  const size = lines.length + rows.length;
  const last = lines.at(-1)?.row ?? rows.at(-1)?.rowNumber;
  if (last === undefined) return following();
  if (at.stage === "rows") await writeRows(ctx, run, rows, origin);
  else if (at.stage === "unlink") await unlink(ctx, run, lines, origin);
  else await link(ctx, run, lines, origin);
  const moved = { ...at, after: last, seen: at.seen + size, done: at.done + rows.length };
  return size < rowsPerUnit ? { ...moved, stage: following()?.stage ?? at.stage, after: 0, seen: 0 } : moved;
}

export const record = (ctx: Ctx, run: FeedRun, action: string, lines: readonly string[]): void => {
  if (lines.length > 0) ctx.audit(action, { kind: "feed_run", id: run.id }, { rows: { count: lines.length, digest: digestOf(lines) } });
};

const employmentsOf = async (ctx: Ctx, rows: readonly LineRow[]): Promise<Map<string, people.Snapshot>> =>
  new Map((await people.byPerson(ctx, rows.map((r) => r.personId))).map((s) => [s.personId, s]));

async function unlink(ctx: Ctx, run: FeedRun, rows: readonly LineRow[], origin: people.Origin): Promise<void> {
  const moving = rows.filter((r) => r.diff !== undefined && r.diff[0] !== null);
  if (moving.length === 0) return;
  const now = await employmentsOf(ctx, moving);
  const changes = moving.flatMap((r) => { const s = now.get(r.personId); return s?.employmentId == null || s.superiorId === null ? [] : [{ employmentId: s.employmentId, superiorId: null, from: origin.day }]; });
  await people.putSuperiors(ctx, changes, origin);
  record(ctx, run, "directory.superiors_removed", changes.map((c) => people.line(c.employmentId)));
}

async function link(ctx: Ctx, run: FeedRun, rows: readonly LineRow[], origin: people.Origin): Promise<void> {
  const linking = rows.flatMap((row) => (row.diff === undefined || row.superior === null || "later" in row.superior ? [] : [{ row, to: row.superior }]));
  if (linking.length === 0) return;
  const now = await employmentsOf(ctx, linking.map((l) => l.row));
  const byRow = await rowStore.personsOfRows(ctx, run.id, linking.flatMap(({ to }) => ("row" in to ? [to.row] : [])));
  const warned: { row: number; warnings: FeedRow["warnings"] }[] = [];
  const changes = linking.flatMap(({ row, to }) => {
    const s = now.get(row.personId);
    const superiorId = "personId" in to ? to.personId : byRow.get(to.row);
    if (s?.employmentId == null) return [];
    if (superiorId === undefined || superiorId === s.personId) { warned.push({ row: row.row, warnings: [...row.warnings, reason("superior_missing", { value: row.diff?.[1] ?? "" })] }); return []; }
    return [{ row, personId: s.personId, employmentId: s.employmentId, superiorId, from: row.verdict === "create" ? s.startedOn ?? origin.day : origin.day }];
  });
  const fresh = changes.filter((c) => c.row.verdict === "create");
  const moved = changes.filter((c) => c.row.verdict !== "create");
  const looping = new Set([...await people.setCheckedSuperiors(ctx, fresh, origin, true), ...await people.setCheckedSuperiors(ctx, moved, origin, false)]);
  for (const c of changes) if (looping.has(c.personId)) warned.push({ row: c.row.row, warnings: [...c.row.warnings, reason("superior_loop", { rows: String(c.row.row) })] });
  await rowStore.addWarnings(ctx, run.id, warned);
  record(ctx, run, "directory.superiors_set", changes.map((c) => people.line(c.employmentId, c.superiorId)));
  people.announce(ctx, { personIds: changes.map((c) => c.personId), endedPersonIds: [], source: "feed", sourceId: run.id });
}
