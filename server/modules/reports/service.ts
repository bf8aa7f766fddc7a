import { setImmediate as turn } from "node:timers/promises";
import type { Ctx, PrepareCtx } from "../../kernel/ctx.ts";
import type { FilePending, FileReply, Input, Output } from "../../kernel/contract.ts";
import { prepared } from "../../kernel/module.ts";
import { addDays, cycles, dayIn, endOfDay, heads, presentCycle, presentRow, startOfDay } from "../obligations/index.ts";
import { visiblePeople } from "../people/index.ts";
import { ofPerson } from "../proofs/index.ts";
import { figuresOf } from "../requirements/index.ts";
import type { Overview, Transcript, contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { byWeek, monthPoints } from "./rules.ts";
import * as runs from "./runs.ts";
import * as store from "./store.ts";

const weeks = 8;
const days = 30;

/** Reads of one process take turns with its requests: after each part, what has arrived meanwhile is answered. */
async function inTurn<T>(part: Promise<T>): Promise<T> {
  const value = await part;
  await turn();
  return value;
}

export async function overview(ctx: Ctx): Promise<Overview> {
  const seen: store.Seen = (column) => visiblePeople(ctx, "reports.read", column);
  const zone = await store.tenantZone(ctx);
  const today = dayIn(ctx.now, zone);
  const figures = figuresOf(await inTurn(store.figures(ctx, seen)));
  const points = monthPoints(ctx.now, zone);
  const rates = await inTurn(store.rates(ctx, seen, points.map((p) => p.at)));
  const requirements = await inTurn(store.topRequirements(ctx, seen, 8));
  const completed = await inTurn(store.completedDays(ctx, seen, startOfDay(addDays(today, 1 - days), zone)));
  const seesAll = ctx.actor.permissions.get("rollouts.read") === "tenant";
  return {
    asOf: ctx.now, peopleCount: await store.headCount(ctx, seen), ...figures, exempt: 0, paused: 0,
    months: points.map((p, i) => ({ on: p.on, owed: rates[i]?.owed ?? 0, compliant: rates[i]?.compliant ?? 0 })),
    weeks: byWeek(today, await store.dueDays(ctx, seen, endOfDay(addDays(today, weeks * 7), zone)), weeks),
    heat: { requirements, rows: heatRows(requirements.length === 0 ? [] : await inTurn(store.heat(ctx, seen, requirements.map((q) => q.id)))) },
    days: Array.from({ length: days }, (_, i) => addDays(today, i + 1 - days)).map((on) => ({ on, completedCount: completed.get(on) ?? 0 })),
    recent: [
      ...(await store.recentProofs(ctx, seen, 10)).map((r) => ({ kind: "completed" as const, at: r.at, id: r.id, title: r.title, personId: r.person_id, personName: r.name, peopleCount: null })),
      ...(seesAll ? await store.recentRollouts(ctx, 5) : []).map((r) => ({ kind: "rollout" as const, at: r.at, id: r.id, title: r.title, personId: null, personName: null, peopleCount: Number(r.people_count) })),
    ].toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, 10),
  };
}

/** The twelve units with the most duties, worst rate first. */
function heatRows(found: readonly store.HeatRow[]): Overview["heat"]["rows"] {
  const byUnit = Map.groupBy(found, (r) => r.org_unit_id);
  const rows = [...byUnit].map(([orgUnitId, cells]) => ({
    orgUnitId, name: cells[0]?.name ?? "", owed: cells.reduce((n, c) => n + Number(c.owed), 0), compliant: cells.reduce((n, c) => n + Number(c.compliant), 0),
    cells: cells.map((c) => ({ requirementId: c.requirement_id, owed: Number(c.owed), compliant: Number(c.compliant), overdue: Number(c.overdue) })),
  }));
  return rows.toSorted((a, b) => b.owed - a.owed).slice(0, 12).toSorted((a, b) => a.compliant / a.owed - b.compliant / b.owed || a.name.localeCompare(b.name))
    .map(({ orgUnitId, name, cells }) => ({ orgUnitId, name, cells }));
}

const titleOf = (record: Uint8Array): string => {
  const r = JSON.parse(Buffer.from(record).toString("utf8")) as { course: string; requirement: string | null };
  return r.requirement ?? r.course;
};

async function transcriptOf(ctx: Ctx, personId: string): Promise<Transcript> {
  const displayName = await store.personName(ctx, personId);
  if (displayName === undefined) throw fail.person_missing();
  const duties = await heads(ctx, { sql: "o.person_id = ?", values: [personId] }, "o.ended_at IS NOT NULL, q.title, o.id", 10_000, 0);
  const rounds = Map.groupBy(await cycles(ctx, "person_id", personId), (c) => c.obligation_id);
  return {
    asOf: ctx.now, person: { id: personId, displayName },
    duties: duties.map((d) => {
      const { id, requirement, course, status, flags, due, startedAt, endedAt } = presentRow(d, ctx.now);
      return { obligationId: id, requirementId: requirement.id, title: requirement.title, course, status, flags, due, startedAt, endedAt, cycles: (rounds.get(id) ?? []).map(presentCycle) };
    }),
    proofs: await ofPerson(ctx, personId),
    certificates: (await store.certificates(ctx, personId)).map((c) => ({
      id: c.id, number: c.number, code: c.code, proofId: c.proof_id, title: titleOf(c.record), state: c.state, issuedAt: c.issued_at, validThroughOn: c.valid_through_on, pdfState: c.pdf_state,
    })),
  };
}
export const transcriptMine = (ctx: Ctx): Promise<Output<typeof contract.transcriptMine>> => transcriptOf(ctx, ctx.actor.personId ?? "");
export const transcript = (ctx: Ctx, { personId }: Input<typeof contract.transcript>): Promise<Output<typeof contract.transcript>> => transcriptOf(ctx, personId);

const titles = { completions: "Completions", obligations: "Obligations", transcript: "Transcript", people_status: "Status of people" } as const;

export async function start(ctx: Ctx, input: Input<typeof contract.start>): Promise<Output<typeof contract.start>> {
  const { kind, ...params } = input;
  if (kind === "transcript" && params.personId === undefined) throw fail.person_needed({ fields: [{ path: "personId", code: "missing", message: "is needed for a transcript" }] });
  const id = ctx.newId();
  const jobId = await ctx.enqueue({ kind: "reports.run", key: `reports.run:${id}`, payload: { runId: id } });
  const run: runs.RunRecord = {
    id, tenantId: ctx.tenantId, kind, title: titles[kind], params, format: "csv", state: "queued", rowCount: 0, fileSha256: null, fileName: null, size: null,
    asOf: ctx.now, createdAt: ctx.now, createdBy: ctx.actor.id, finishedAt: null, jobId,
  };
  await runs.insert(ctx, run);
  ctx.audit("reports.run_started", { kind: "report_run", id }, { after: { kind, params } });
  return runs.present(run, ctx.actor.id);
}

/** An export shows what its owner may see, so nobody else gets it, whatever they may do. */
async function own(ctx: Pick<Ctx, "db" | "tenantId" | "actor">, runId: string): Promise<runs.RunRecord> {
  const found = await runs.find(ctx, runId);
  if (found?.createdBy !== ctx.actor.id) throw fail.unknown_run();
  return found;
}
export const run = async (ctx: Ctx, { runId }: Input<typeof contract.run>): Promise<Output<typeof contract.run>> => runs.present(await own(ctx, runId), ctx.actor.id);

export async function list(ctx: Ctx, input: Input<typeof contract.runs>): Promise<Output<typeof contract.runs>> {
  const page = input.page ?? 1;
  const size = input.size ?? 50;
  const found = await runs.ofOwner(ctx, ctx.actor.id, size, (page - 1) * size);
  return { rows: found.rows.map((r) => runs.present(r, ctx.actor.id)), total: found.total, page, size };
}

export const download = prepared(
  async (ctx: PrepareCtx, { runId }: Input<typeof contract.download>): Promise<FileReply> => {
    const found = await own(ctx, runId);
    if (found.state !== "done" || found.fileSha256 === null) throw fail.not_ready();
    const file = await ctx.files.open(found.fileSha256);
    if (!file) throw fail.missing_bytes();
    return { type: "text/csv; charset=utf-8", name: found.fileName ?? "export.csv", body: file.stream, etag: found.fileSha256 };
  },
  (ctx: Ctx, { runId }: Input<typeof contract.download>, file: FileReply): Promise<FileReply | FilePending> => {
    ctx.audit("reports.downloaded", { kind: "report_run", id: runId });
    return Promise.resolve(file);
  },
);
