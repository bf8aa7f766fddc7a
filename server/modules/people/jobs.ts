/** Employments end when their last day is over at their site (R27): looked at every hour, 2,000 at a time. */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Schedule } from "../../kernel/jobs/types.ts";
import { hasEnded, today } from "./rules.ts";
import { announce } from "./service/announce.ts";
import { companyZone } from "./service/day.ts";

export async function endDueEmployments(ctx: Ctx): Promise<number> {
  const zone = await companyZone(ctx);
  const rows = await ctx.db.rows<{ id: string; personId: string; endedOn: string; zone: string | null }>(
    `SELECT e.id, e.person_id AS "personId", e.ended_on AS "endedOn", si.zone FROM employments e LEFT JOIN sites si ON si.id = e.site_id
     WHERE e.tenant_id = ? AND e.state = 'active' AND e.ended_on <= ? ORDER BY e.id LIMIT 2000`, [ctx.tenantId, ctx.now.slice(0, 10)]);
  const due = rows.filter((r) => hasEnded(r.endedOn, today(ctx.now, r.zone ?? zone)));
  if (due.length === 0) return 0;
  await ctx.db.run(`UPDATE employments SET state = 'ended', row_version = row_version + 1 WHERE tenant_id = ? AND id IN (SELECT t.id FROM ${ctx.db.sql.rowsOf({ id: "text" })})`,
    [ctx.tenantId, JSON.stringify(due.map((r) => ({ id: r.id })))]);
  for (const r of due) {
    ctx.audit("people.employment_ended", { kind: "employment", id: r.id }, { before: { state: "active" }, after: { state: "ended", endedOn: r.endedOn } });
    ctx.emit("people.employment_ended", { personId: r.personId, employmentId: r.id, endedOn: r.endedOn });
  }
  const ids = due.map((r) => r.personId);
  announce(ctx, { personIds: ids, endedPersonIds: ids, source: "schedule", sourceId: null });
  return due.length;
}

export const schedules: readonly Schedule[] = [{ name: "people.end_employments", cron: "3 * * * *", actor: "employments", run: async (ctx) => { await endDueEmployments(ctx); } }];
