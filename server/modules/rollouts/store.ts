import type { Ctx } from "../../kernel/ctx.ts";
import type { Value } from "../../kernel/db/database.ts";
import { code, count, id, instant, json, optional, ref, table, text, withDefault, type RowOf } from "../../kernel/db/columns.ts";
import type { Sql } from "../audiences/index.ts";
import type { Difference } from "./contract.ts";

/** The difference as it was shown, and the version of the draft it was computed from. */
export interface Preview { readonly difference: Difference; readonly ruleVersion: number }
const rollouts = table("rollouts", {
  id: id(), tenantId: ref(), title: text(), requirementId: ref(), ruleId: ref(), state: code("draft", "running", "paused", "done", "failed", "rolled_back"), preview: json<Preview | null>(),
  peopleCount: withDefault(count(), 0), doneCount: withDefault(count(), 0), createdAt: instant(), createdBy: text(), startedAt: optional(instant()), finishedAt: optional(instant()), jobId: optional(ref()),
  rowVersion: withDefault(count(), 1),
});
export type RolloutRecord = RowOf<typeof rollouts.columns>;
export interface Listed extends RolloutRecord { readonly requirementTitle: string; readonly edition: number }

const listed = (row: Record<string, unknown>): Listed => ({ ...rollouts.fromRow(row), requirementTitle: String(row["requirement_title"]), edition: Number(row["edition"]) });
const selectSql = `SELECT r.*, q.title AS requirement_title, x.edition FROM rollouts r JOIN requirements q ON q.id = r.requirement_id JOIN requirement_rules x ON x.id = r.rule_id WHERE r.tenant_id = ?`;

export async function find(ctx: Ctx, rolloutId: string): Promise<Listed | undefined> {
  const [row] = await ctx.db.rows(`${selectSql} AND r.id = ?`, [ctx.tenantId, rolloutId]);
  return row && listed(row);
}

export async function list(ctx: Ctx, f: { requirementId?: string | undefined; state?: string | undefined; like?: string | undefined }, size: number, offset: number): Promise<{ rows: Listed[]; total: number }> {
  const parts: string[] = [""];
  const values: Value[] = [ctx.tenantId];
  if (f.requirementId !== undefined) { parts.push("r.requirement_id = ?"); values.push(f.requirementId); }
  if (f.state !== undefined) { parts.push("r.state = ?"); values.push(f.state); }
  if (f.like !== undefined) { parts.push("lower(r.title) LIKE ? ESCAPE '!'"); values.push(f.like); }
  const where = parts.join(" AND ");
  const rows = await ctx.db.rows(`${selectSql}${where} ORDER BY r.created_at DESC, r.id DESC LIMIT ? OFFSET ?`, [...values, size, offset]);
  const [n] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM rollouts r WHERE r.tenant_id = ?${where}`, values);
  return { rows: rows.map(listed), total: n?.n ?? 0 };
}

export const insert = async (ctx: Ctx, r: RolloutRecord): Promise<void> => { await ctx.db("rollouts").insert({ ...rollouts.toRow(r), preview: JSON.stringify(r.preview) }); };
/** False when it is no longer in that state. */
export async function update(ctx: Ctx, rolloutId: string, state: RolloutRecord["state"], change: Partial<RolloutRecord>): Promise<boolean> {
  return await ctx.db("rollouts").where({ id: rolloutId, tenant_id: ctx.tenantId, state }).update({ ...rollouts.toRow(change), row_version: ctx.db.raw("row_version + 1") }) === 1;
}
export const draftOf = async (ctx: Ctx, ruleId: string): Promise<boolean> => (await ctx.db("rollouts").where({ tenant_id: ctx.tenantId, rule_id: ruleId, state: "draft" }).first("id")) !== undefined;

export const insertWave = async (ctx: Ctx, rolloutId: string, peopleCount: number): Promise<void> => {
  await ctx.db("waves").insert({ id: ctx.newId(), tenant_id: ctx.tenantId, rollout_id: rolloutId, number: 1, starts_at: ctx.now, state: "running", people_count: peopleCount });
};
export const endWave = async (ctx: Ctx, rolloutId: string, peopleCount: number): Promise<void> => {
  await ctx.db("waves").where({ rollout_id: rolloutId, tenant_id: ctx.tenantId }).update({ state: "done", people_count: peopleCount });
};

/** The next portion of people to look at, by id: its last id, or null at the end. */
export async function lastOfPortion(ctx: Ctx, from: "people" | "obligations", requirementId: string, after: string, size: number): Promise<string | null> {
  const p = portion(ctx, from, requirementId, after, size);
  const [row] = await ctx.db.rows<{ last: string | null }>(`SELECT max(person_id) AS last FROM (${p.sql}) x`, p.values);
  return row?.last ?? null;
}
export const portion = (ctx: Ctx, from: "people" | "obligations", requirementId: string, after: string, size: number): Sql => (from === "people"
  ? { sql: "SELECT p0.id AS person_id FROM people p0 WHERE p0.tenant_id = ? AND p0.id > ? ORDER BY p0.id LIMIT ?", values: [ctx.tenantId, after, size] }
  : { sql: "SELECT o0.person_id FROM obligations o0 WHERE o0.requirement_id = ? AND o0.ended_at IS NULL AND o0.person_id > ? ORDER BY o0.person_id LIMIT ?", values: [requirementId, after, size] });

/** Writes down who is meant; the number written. */
export const writePeople = (ctx: Ctx, rolloutId: string, members: Sql): Promise<number> => ctx.db.run(
  `INSERT INTO rollout_people (rollout_id, person_id, wave_number)
   SELECT k.rollout_id, m.person_id, 1 FROM (${members.sql}) m CROSS JOIN (SELECT * FROM ${ctx.db.sql.rowsOf({ rollout_id: "text" })}) k WHERE true ON CONFLICT DO NOTHING`,
  [...members.values, JSON.stringify([{ rollout_id: rolloutId }])]);
/** The next people of the list, by id: the last one and their number. */
export async function lastListed(ctx: Ctx, rolloutId: string, after: string, size: number): Promise<{ last: string; count: number } | null> {
  const [row] = await ctx.db.rows<{ last: string | null; n: number }>(
    "SELECT max(person_id) AS last, count(*) AS n FROM (SELECT person_id FROM rollout_people WHERE rollout_id = ? AND person_id > ? ORDER BY person_id LIMIT ?) x", [rolloutId, after, size]);
  return row && row.last !== null ? { last: row.last, count: Number(row.n) } : null;
}
export const listedBetween = (rolloutId: string, after: string, last: string): Sql =>
  ({ sql: "SELECT person_id FROM rollout_people WHERE rollout_id = ? AND person_id > ? AND person_id <= ?", values: [rolloutId, after, last] });
/** Holds the rollout while this unit runs: two starts at once come one after the other. */
export const hold = (ctx: Ctx, rolloutId: string): Promise<unknown> => ctx.db.rows(`SELECT id FROM rollouts WHERE id = ? AND tenant_id = ? ${ctx.db.sql.forUpdate}`, [rolloutId, ctx.tenantId]);
/** Holds the requirement while this unit runs, so that it is not withdrawn underneath. */
export async function ruleInForce(ctx: Ctx, requirementId: string): Promise<string | null> {
  const [row] = await ctx.db.rows<{ live_rule_id: string | null; state: string }>(`SELECT live_rule_id, state FROM requirements WHERE id = ? AND tenant_id = ? ${ctx.db.sql.forUpdate}`, [requirementId, ctx.tenantId]);
  return row?.state === "live" ? row.live_rule_id : null;
}
export const courseIsLive = async (ctx: Pick<Ctx, "db" | "tenantId">, courseId: string): Promise<boolean> =>
  (await ctx.db.rows("SELECT 1 AS one FROM courses WHERE id = ? AND tenant_id = ? AND live_version_id IS NOT NULL AND state = 'live'", [courseId, ctx.tenantId])).length > 0;
