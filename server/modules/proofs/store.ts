import type { Ctx } from "../../kernel/ctx.ts";
import type { Row, Value } from "../../kernel/db/database.ts";
import { code, count, day, id, instant, optional, ref, table, text, withDefault } from "../../kernel/db/columns.ts";
import type { Proof } from "./rules.ts";

const proofs = table("proofs", {
  id: id(), tenantId: ref(), personId: ref(), courseId: ref(), versionId: optional(ref()), attemptId: optional(ref()), basis: code("attempt", "submission", "attendance", "observation", "import"),
  assurance: code("A", "B", "C", "D"), achievedAt: instant(), achievedOn: day(), zone: text(), scorePercent: optional(count()), expiresOn: optional(day()), recordedAt: instant(),
  revokedAt: optional(instant()), rowVersion: withDefault(count(), 1),
});

// hot
const insertSql = `INSERT INTO proofs (id, tenant_id, person_id, course_id, version_id, attempt_id, basis, assurance, achieved_at, achieved_on, zone, score_percent, expires_on, recorded_at, row_version)
  VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,1)`;
export const insert = (ctx: Ctx, p: Proof): Promise<number> => ctx.db.run(insertSql,
  [p.id, ctx.tenantId, p.personId, p.courseId, p.versionId, p.attemptId, p.basis, p.assurance, p.achievedAt, p.achievedOn, p.zone, p.scorePercent, p.expiresOn, p.recordedAt]);

export async function find(ctx: Ctx, proofId: string): Promise<Proof | undefined> {
  const row = await ctx.db("proofs").where({ tenant_id: ctx.tenantId, id: proofId }).first();
  return row ? proofs.fromRow(row) : undefined;
}

/** False when another unit revoked it first. */
export async function revoke(ctx: Ctx, proofId: string, reason: string): Promise<boolean> {
  const changed = await ctx.db.run("UPDATE proofs SET revoked_at = ?, row_version = row_version + 1 WHERE id = ? AND tenant_id = ? AND revoked_at IS NULL", [ctx.now, proofId, ctx.tenantId]);
  if (changed === 0) return false;
  await ctx.db("proof_revocations").insert({ id: ctx.newId(), tenant_id: ctx.tenantId, proof_id: proofId, reason, revoked_at: ctx.now, revoked_by: ctx.actor.id });
  return true;
}

export async function statePage(ctx: Ctx, afterId: string, size: number): Promise<Proof[]> {
  return (await ctx.db("proofs").where({ tenant_id: ctx.tenantId }).andWhere("id", ">", afterId).orderBy("id").limit(size)).map((r) => proofs.fromRow(r));
}

/** People with an active employment in a unit or below it; binds the unit's id and the tenant. */
export const inOrgUnit = (column: string): string => `${column} IN (SELECT e.person_id FROM employments e WHERE e.state = 'active' AND e.org_unit_id IN (
  SELECT o.id FROM org_units o JOIN org_units top ON top.id = ? AND substr(o.path, 1, length(top.path)) = top.path WHERE o.tenant_id = ?))`;
/** A LIKE pattern for words typed by somebody; to be used with ESCAPE '!'. */
export const likeOf = (words: string): string => `%${words.trim().toLowerCase().replace(/[!%_]/g, "!$&")}%`;

export interface Where { readonly sql: string; readonly values: readonly Value[] }
const joins = `JOIN people p ON p.id = r.person_id JOIN courses c ON c.id = r.course_id LEFT JOIN versions v ON v.id = r.version_id
  LEFT JOIN proof_revocations x ON x.proof_id = r.id
  LEFT JOIN certificates k ON k.id = (SELECT min(k2.id) FROM certificates k2 WHERE k2.proof_id = r.id)`;
// An employment's unit as of now; a person may hold several, the first names the unit.
const unitName = "(SELECT u.name FROM employments e JOIN org_units u ON u.id = e.org_unit_id WHERE e.person_id = r.person_id AND e.state = 'active' ORDER BY e.id LIMIT 1)";
const columns = `r.*, p.display_name, p.sort_name, c.title AS course_title, v.title AS version_title, v.number AS version_number, x.reason AS revoked_reason, ${unitName} AS org_unit,
  k.id AS certificate_id, k.number AS certificate_number, k.code AS certificate_code, k.state AS certificate_state`;

/** What a condition or an order mentions besides `r` itself. */
const joinsFor = (sql: string): string => `${/\bp\./.test(sql) ? "JOIN people p ON p.id = r.person_id" : ""} ${/\bc\./.test(sql) ? "JOIN courses c ON c.id = r.course_id" : ""}`;
/** One page; it is cut before anything is joined that does not decide about it. */
export const list = (ctx: Ctx, where: Where, order: string, size: number, offset: number): Promise<Row[]> => ctx.db.rows(
  `SELECT ${columns} FROM (SELECT r.id FROM proofs r ${joinsFor(`${where.sql} ${order}`)} WHERE r.tenant_id = ? AND ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?) h
     JOIN proofs r ON r.id = h.id ${joins} ORDER BY ${order}`, [ctx.tenantId, ...where.values, size, offset]);
export async function total(ctx: Ctx, where: Where): Promise<number> {
  const [row] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM proofs r ${joinsFor(where.sql)} WHERE r.tenant_id = ? AND ${where.sql}`, [ctx.tenantId, ...where.values]);
  return row?.n ?? 0;
}
