/** Rows of the exports people asked for. */
import type { Ctx } from "../../kernel/ctx.ts";
import { code, count, id, instant, json, optional, ref, table, text, withDefault, type RowOf } from "../../kernel/db/columns.ts";
import type { Input } from "../../kernel/contract.ts";
import type { Run, RunKind, contract } from "./contract.ts";

export type Params = Omit<Input<typeof contract.start>, "kind">;
const runs = table("report_runs", {
  id: id(), tenantId: ref(), kind: text(), title: text(), params: json<Params>(), format: code("csv"), state: code("queued", "running", "done", "failed"), rowCount: withDefault(count(), 0),
  fileSha256: optional(text()), fileName: optional(text()), size: optional(count()), asOf: instant(), createdAt: instant(), createdBy: text(), finishedAt: optional(instant()), jobId: optional(ref()),
});
export type RunRecord = RowOf<typeof runs.columns>;
type Reading = Pick<Ctx, "db" | "tenantId">;

export async function find(ctx: Reading, runId: string): Promise<RunRecord | undefined> {
  const row = await ctx.db("report_runs").where({ tenant_id: ctx.tenantId, id: runId }).first();
  return row ? runs.fromRow(row) : undefined;
}
export const insert = async (ctx: Ctx, r: RunRecord): Promise<void> => { await ctx.db("report_runs").insert(runs.toRow(r)); };
export const update = async (ctx: Ctx, runId: string, change: Partial<RunRecord>): Promise<void> => { await ctx.db("report_runs").where({ tenant_id: ctx.tenantId, id: runId }).update(runs.toRow(change)); };
export async function ofOwner(ctx: Reading, owner: string, size: number, offset: number): Promise<{ rows: RunRecord[]; total: number }> {
  const rows = await ctx.db("report_runs").where({ tenant_id: ctx.tenantId, created_by: owner }).orderBy([{ column: "created_at", order: "desc" }, { column: "id", order: "desc" }]).limit(size).offset(offset);
  const [n] = await ctx.db.rows<{ n: number }>("SELECT count(*) AS n FROM report_runs WHERE tenant_id = ? AND created_by = ?", [ctx.tenantId, owner]);
  return { rows: rows.map((r) => runs.fromRow(r)), total: n?.n ?? 0 };
}
export const present = (r: RunRecord, actorId: string): Run => ({
  id: r.id, kind: r.kind as RunKind, title: r.title, state: r.state, rowCount: r.rowCount, fileName: r.fileName, size: r.size, asOf: r.asOf, createdAt: r.createdAt, createdBy: r.createdBy,
  isMine: r.createdBy === actorId, finishedAt: r.finishedAt, jobId: r.jobId,
});
/** The stored bytes belong to the blob table too, so that the scrub knows them. */
export const recordBlob = (ctx: Ctx, sha256: string, size: number): Promise<number> =>
  ctx.db.run("INSERT INTO blobs (sha256, size, type, created_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING", [sha256, size, "text/csv", ctx.now]);
