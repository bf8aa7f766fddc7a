import { Readable } from "node:stream";
import type { Actor, Ctx } from "../../kernel/ctx.ts";
import { Failure, kernelFailures } from "../../kernel/errors.ts";
import type { JobHandler, JobRun } from "../../kernel/jobs/types.ts";
import { permissionsOf } from "../access/index.ts";
import { condition, dayIn, heads, presentRow } from "../obligations/index.ts";
import { visiblePeople } from "../people/index.ts";
import { inOrgUnit } from "../proofs/index.ts";
import type { RunKind } from "./contract.ts";
import { csvLine, type Cell } from "./rules.ts";
import * as runs from "./runs.ts";
import * as store from "./store.ts";

const portion = 1_000;
const mostBytes = 2 * 1024 ** 3;

/** The person who asked, with the rights they have now. Refuses when those no longer include reports. */
async function ownerOf(ctx: Ctx, personId: string): Promise<Actor> {
  const grants = await store.heldGrants(ctx, personId);
  const permissions = permissionsOf(grants, dayIn(ctx.now, await store.tenantZone(ctx)));
  if (!permissions.has("reports.read")) throw kernelFailures.forbidden();
  return { kind: "person", id: personId, personId, accountId: null, loginId: null, permissions, language: "en" };
}

interface Portion { readonly lines: readonly (readonly Cell[])[]; readonly last: string | null }
interface Kind { readonly header: readonly string[]; page(ctx: Ctx, params: runs.Params, after: string): Promise<Portion> }

const portionOf = (rows: readonly store.ExportRow[]): Portion => ({
  lines: rows.map((r) => Object.entries(r).filter(([name]) => name !== "at").map(([, v]) => (typeof v === "number" || v === null ? v : String(v)))),
  last: rows.length < portion ? null : String(rows.at(-1)?.["at"]),
});

function where(ctx: Ctx, column: string, params: runs.Params, more: (add: (sql: string, ...values: string[]) => void) => void): { sql: string; values: string[] } {
  const seen = visiblePeople(ctx, "reports.read", column);
  const parts = [seen.sql];
  const values = seen.values.map(String);
  const add = (sql: string, ...given: string[]): void => { parts.push(sql); values.push(...given); };
  if (params.personId !== undefined) add(`${column} = ?`, params.personId);
  if (params.orgUnitId !== undefined) add(inOrgUnit(column), params.orgUnitId, ctx.tenantId);
  more(add);
  return { sql: parts.join(" AND "), values };
}

const kinds: Readonly<Record<RunKind, Kind>> = {
  completions: {
    header: ["Name", "Employee number", "Org unit", "Course code", "Course", "Version", "Completed on", "Completed at (UTC)", "Zone", "Score %", "Basis", "Assurance", "Revoked at (UTC)", "Certificate", "Valid through"],
    page: async (ctx, p, after) => portionOf(await store.portions.completions(ctx, where(ctx, "r.person_id", p, (add) => {
      if (p.courseId !== undefined) add("r.course_id = ?", p.courseId);
      if (p.from !== undefined) add("r.achieved_on >= ?", p.from);
      if (p.to !== undefined) add("r.achieved_on <= ?", p.to);
    }), after, portion)),
  },
  obligations: {
    header: ["Name", "Org unit", "Requirement code", "Requirement", "Course", "Status", "Details", "Due on", "Due zone", "Due before (UTC)", "Valid through", "Owed since (UTC)", "Ended (UTC)"],
    async page(ctx, p, after) {
      const c = condition(ctx, p, "reports.read");
      const rows = await heads(ctx, { sql: `${c.sql} AND o.id > ?`, values: [...c.values, after] }, "o.id", portion, 0);
      return {
        lines: rows.map((r) => {
          const o = presentRow(r, ctx.now);
          return [o.person.displayName, o.person.orgUnit, r.code, o.requirement.title, o.course.title, o.status, o.flags.join(" "), o.due.on, o.due.zone, o.due.at, o.validThroughOn, o.startedAt, o.endedAt];
        }),
        last: rows.length < portion ? null : rows.at(-1)?.id ?? null,
      };
    },
  },
  people_status: {
    header: ["Name", "Employee number", "Org unit", "Owed", "Compliant", "Open", "Overdue"],
    page: async (ctx, p, after) => portionOf(await store.portions.people_status(ctx, where(ctx, "p0.id", p, () => { /* nothing more to choose by */ }), after, portion)),
  },
  transcript: {
    header: ["Name", "Requirement code", "Requirement", "Course", "Round", "Opened at (UTC)", "Due on", "Due zone", "Closed at (UTC)", "Closed as", "Completed on", "Score %", "Valid through", "Revoked at (UTC)", "Certificate"],
    page: async (ctx, p, after) => portionOf(await store.portions.transcript(ctx, where(ctx, "c.person_id", p, () => { /* nothing more to choose by */ }), after, portion)),
  },
};

/** Reads portion by portion with the owner's present rights and streams to the blob store; memory stays flat. */
async function write(job: JobRun, record: runs.RunRecord, counted: (n: number) => void): Promise<{ sha256: string; size: number }> {
  const kind = kinds[record.kind as RunKind];
  async function* text(): AsyncGenerator<string> {
    yield `\ufeff${csvLine(kind.header)}`;
    for (let after: string | null = ""; after !== null;) {
      const from: string = after;
      const made = await job.read(async (ctx) => kind.page({ ...ctx, actor: await ownerOf(ctx, record.createdBy) }, record.params, from));
      counted(made.lines.length);
      if (made.lines.length > 0) yield made.lines.map(csvLine).join("");
      after = job.stopping() ? null : made.last;
    }
  }
  return job.files.put(Readable.from(text(), { objectMode: false }), mostBytes);
}

const failed = async (ctx: Ctx, runId: string): Promise<void> => {
  await runs.update(ctx, runId, { state: "failed", finishedAt: ctx.now });
  ctx.audit("reports.run_finished", { kind: "report_run", id: runId }, { after: { state: "failed" } });
};

const run: JobHandler = {
  actor: "reports", attempts: 3,
  async run(job) {
    const { runId } = job.payload as { runId: string };
    const record = await job.unit(async (ctx) => {
      const found = await runs.find(ctx, runId);
      if (found && found.state !== "done") await runs.update(ctx, runId, { state: "running" });
      return { value: found };
    });
    if (!record || record.state === "done") return undefined;
    let rows = 0;
    let stored: { sha256: string; size: number };
    try { stored = await write(job, record, (n) => { rows += n; }); } catch (error) {
      // Rights that are gone do not come back by trying again.
      if (!(error instanceof Failure) || error.kind !== "forbidden") throw error;
      await job.unit(async (ctx) => { await failed(ctx, runId); return { value: null }; });
      return { refused: error.code };
    }
    if (job.stopping()) return undefined;
    return job.unit(async (ctx) => {
      await runs.recordBlob(ctx, stored.sha256, stored.size);
      await runs.update(ctx, runId, { state: "done", rowCount: rows, fileSha256: stored.sha256, size: stored.size, fileName: `${record.kind}-${record.asOf.slice(0, 10)}.csv`, finishedAt: ctx.now });
      ctx.audit("reports.run_finished", { kind: "report_run", id: runId }, { after: { state: "done", rowCount: rows, sha256: stored.sha256 } });
      ctx.emit("reports.run_finished", { runId, kind: record.kind, rowCount: rows });
      return { value: { rows, bytes: stored.size }, done: rows };
    });
  },
  ended: (ctx, payload) => failed(ctx, (payload as { runId: string }).runId),
};

export const jobs: Readonly<Record<string, JobHandler>> = { "reports.run": run };
