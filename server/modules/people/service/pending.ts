/** Superiors set in mass, and superiors who are named before they are known: linked when they arrive. */
import type { Ctx } from "../../../kernel/ctx.ts";
import { loopingAmong } from "../store/line.ts";
import * as snapshots from "../store/snapshots.ts";
import { changePeople, putSuperiors, type Origin, type SuperiorChange } from "./batch.ts";

export interface LineChange extends SuperiorChange { readonly personId: string }

/** Sets superiors but cuts those that would close a loop; returns the people whose superior was left out for it. */
export async function setCheckedSuperiors(ctx: Ctx, changes: readonly LineChange[], origin: Origin, isNew: boolean): Promise<Set<string>> {
  if (changes.length === 0) return new Set();
  await putSuperiors(ctx, changes, origin, isNew);
  const looping = await loopingAmong(ctx, changes.map((c) => c.personId));
  if (looping.size > 0) await putSuperiors(ctx, changes.filter((c) => looping.has(c.personId)).map((c) => ({ ...c, superiorId: null })), origin);
  return looping;
}

interface Pending { readonly id: string; readonly personId: string; readonly employmentId: string; readonly superiorId: string }

/** Links up to `size` waiting superiors after fact `after`; returns the last fact looked at, or null when there are no more. */
export async function linkPending(ctx: Ctx, after: string, size: number, origin: Origin): Promise<{ last: string | null; personIds: string[] }> {
  const rows = await ctx.db.rows<Pending>(
    `SELECT f.id, f.person_id AS "personId", f.employment_id AS "employmentId", coalesce((SELECT e.person_id FROM employments e WHERE e.tenant_id = f.tenant_id AND e.employee_number = f.value AND e.state = 'active' LIMIT 1),
       (SELECT p.id FROM people p WHERE p.tenant_id = f.tenant_id AND p.email = lower(f.value) AND p.state = 'active' LIMIT 1)) AS "superiorId"
     FROM facts f JOIN employments own ON own.id = f.employment_id AND own.state = 'active'
     WHERE f.tenant_id = ? AND f.attribute = 'superior_pending' AND f.value IS NOT NULL AND f.superseded_at IS NULL AND f.valid_to IS NULL AND f.id > ?
       AND (EXISTS (SELECT 1 FROM employments e WHERE e.tenant_id = f.tenant_id AND e.employee_number = f.value AND e.state = 'active') OR EXISTS (SELECT 1 FROM people p WHERE p.tenant_id = f.tenant_id AND p.email = lower(f.value) AND p.state = 'active'))
     ORDER BY f.id LIMIT ?`, [ctx.tenantId, after, size]);
  const found = rows.filter((r) => r.superiorId !== r.personId);
  const looping = await setCheckedSuperiors(ctx, found.map((r) => ({ personId: r.personId, employmentId: r.employmentId, superiorId: r.superiorId, from: origin.day })), origin, false);
  const linked = found.filter((r) => !looping.has(r.personId));
  const was = await snapshots.byEmployments(ctx, linked.map((r) => r.employmentId));
  await changePeople(ctx, was.map((s) => ({ was: s, values: { superior_pending: null }, from: origin.day })), origin);
  return { last: rows.length < size ? null : rows.at(-1)?.id ?? null, personIds: linked.map((r) => r.personId) };
}

/** People still waiting for a superior named by this source. */
export async function waitingSince(ctx: Ctx, sourceId: string): Promise<number> {
  const [row] = await ctx.db.rows<{ n: number }>(
    "SELECT count(*) AS n FROM facts WHERE tenant_id = ? AND attribute = 'superior_pending' AND value IS NOT NULL AND superseded_at IS NULL AND valid_to IS NULL AND source_id = ?", [ctx.tenantId, sourceId]);
  return row?.n ?? 0;
}
