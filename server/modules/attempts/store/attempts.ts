import type { Ctx } from "../../../kernel/ctx.ts";
import { code, count, id, instant, json, optional, ref, table, text, type RowOf } from "../../../kernel/db/columns.ts";
import type { Completion, Place } from "../contract.ts";

export const codec = table("attempts", {
  id: id(), tenantId: ref(), personId: ref(), courseId: ref(), versionId: ref(), number: count(), state: code("open", "completed", "stopped"), startedAt: instant(), activeAt: instant(),
  completedAt: optional(instant()), place: optional(json<Place>()), scorePercent: optional(count()), rowVersion: count(),
});
export type Attempt = RowOf<typeof codec.columns>;
const units = table("attempt_units", { attemptId: ref(), unitId: text(), doneAt: optional(instant()), seconds: count(), attestedSha256: optional(text()) });
export type UnitRow = RowOf<typeof units.columns>;
const receipts = table("receipts", { code: text(), kind: code("attested", "submitted", "completed"), givenAt: instant(), facts: json<{ completion?: Completion; unitId?: string }>() });
export type ReceiptRow = RowOf<typeof receipts.columns>;

type Reading = Pick<Ctx, "db" | "tenantId">;
const columns = codec.select("a").join(", ");

// hot
const ownSql = `SELECT ${columns} FROM attempts a WHERE a.id = ? AND a.tenant_id = ? AND a.person_id = ?`;
/** The person's own attempt; `lock` holds it until the unit ends. */
export async function findOwn(ctx: Reading, personId: string, attemptId: string, lock = false): Promise<Attempt | undefined> {
  const [row] = await ctx.db.rows(lock ? `${ownSql} ${ctx.db.sql.forUpdate}` : ownSql, [attemptId, ctx.tenantId, personId]);
  return row && codec.fromRow(row);
}

// hot
const newestSql = `SELECT ${columns} FROM attempts a WHERE a.person_id = ? AND a.course_id = ? AND a.tenant_id = ? ORDER BY a.number DESC LIMIT 1`;
export async function newestOf(ctx: Reading, personId: string, courseId: string): Promise<Attempt | undefined> {
  const [row] = await ctx.db.rows(newestSql, [personId, courseId, ctx.tenantId]);
  return row && codec.fromRow(row);
}

// hot
const insertSql = `INSERT INTO attempts (id, tenant_id, person_id, course_id, version_id, number, state, started_at, active_at, row_version) VALUES (?,?,?,?,?,?,'open',?,?,1) ON CONFLICT DO NOTHING`;
/** False when another request began one at the same moment. */
export const insert = async (ctx: Ctx, a: Attempt): Promise<boolean> =>
  await ctx.db.run(insertSql, [a.id, a.tenantId, a.personId, a.courseId, a.versionId, a.number, a.startedAt, a.activeAt]) === 1;

// hot
const endSql = "UPDATE attempts SET state = ?, completed_at = ?, score_percent = ?, active_at = ?, row_version = ? WHERE id = ? AND state = 'open'";
export const end = async (ctx: Ctx, a: Attempt): Promise<boolean> => await ctx.db.run(endSql, [a.state, a.completedAt, a.scorePercent, a.activeAt, a.rowVersion, a.id]) === 1;

// hot
const placeSql = "UPDATE attempts SET place = ?, active_at = ? WHERE id = ?";
export const savePlace = (ctx: Ctx, attemptId: string, place: Place): Promise<number> => ctx.db.run(placeSql, [JSON.stringify(place), ctx.now, attemptId]);
// hot
export const touch = (ctx: Ctx, attemptId: string): Promise<number> => ctx.db.run("UPDATE attempts SET active_at = ? WHERE id = ?", [ctx.now, attemptId]);

// hot
const unitsSql = `SELECT ${units.select("u").join(", ")} FROM attempt_units u WHERE u.attempt_id = ?`;
export const unitsOf = async (ctx: Reading, attemptId: string): Promise<UnitRow[]> => (await ctx.db.rows(unitsSql, [attemptId])).map((r) => units.fromRow(r));

// hot
const secondsSql = `INSERT INTO attempt_units (attempt_id, unit_id, seconds) VALUES (?,?,?) ON CONFLICT (attempt_id, unit_id) DO UPDATE SET seconds = excluded.seconds WHERE excluded.seconds > attempt_units.seconds`;
export const saveSeconds = (ctx: Ctx, attemptId: string, unitId: string, seconds: number): Promise<number> => ctx.db.run(secondsSql, [attemptId, unitId, seconds]);

// hot
const doneSql = `INSERT INTO attempt_units (attempt_id, unit_id, done_at, attested_sha256) VALUES (?,?,?,?)
  ON CONFLICT (attempt_id, unit_id) DO UPDATE SET done_at = excluded.done_at, attested_sha256 = excluded.attested_sha256 WHERE attempt_units.done_at IS NULL`;
/** False when it was done before. */
export const markDone = async (ctx: Ctx, attemptId: string, unitId: string, attestedSha256: string | null): Promise<boolean> =>
  await ctx.db.run(doneSql, [attemptId, unitId, ctx.now, attestedSha256]) === 1;

export interface DonePart { readonly unitId: string; readonly points: number; readonly maxPoints: number }
// hot
const donePartsSql = `SELECT unit_id, 0 AS points, 0 AS max_points FROM attempt_units WHERE attempt_id = ? AND done_at IS NOT NULL
  UNION ALL SELECT unit_id, points, max_points FROM attempt_sittings WHERE attempt_id = ? AND is_passed = ?`;
/** Parts that are done: lessons and documents without points, passed quizzes with those of the passed sitting. */
export const doneParts = async (ctx: Reading, attemptId: string): Promise<DonePart[]> =>
  (await ctx.db.rows<{ unit_id: string; points: number; max_points: number }>(donePartsSql, [attemptId, attemptId, true])).map((r) => ({ unitId: r.unit_id, points: r.points, maxPoints: r.max_points }));

// hot
const receiptSql = "INSERT INTO receipts (id, tenant_id, attempt_id, code, kind, given_at, facts) VALUES (?,?,?,?,?,?,?)";
export const insertReceipt = (ctx: Ctx, attemptId: string, r: ReceiptRow): Promise<number> =>
  ctx.db.run(receiptSql, [ctx.newId(), ctx.tenantId, attemptId, r.code, r.kind, r.givenAt, JSON.stringify(r.facts)]);

export async function completionOf(ctx: Reading, attemptId: string): Promise<Completion | null> {
  const [row] = await ctx.db.rows(`SELECT ${receipts.select("r").join(", ")} FROM receipts r WHERE r.attempt_id = ? AND r.kind = 'completed'`, [attemptId]);
  return row ? receipts.fromRow(row).facts.completion ?? null : null;
}
export async function attestReceipt(ctx: Reading, attemptId: string, unitId: string): Promise<ReceiptRow | undefined> {
  const rows = await ctx.db.rows(`SELECT ${receipts.select("r").join(", ")} FROM receipts r WHERE r.attempt_id = ? AND r.kind = 'attested'`, [attemptId]);
  return rows.map((r) => receipts.fromRow(r)).find((r) => r.facts.unitId === unitId);
}

/* Not about oneself */

// hot
const anySql = `SELECT ${columns} FROM attempts a WHERE a.id = ? AND a.tenant_id = ? `;
export async function find(ctx: Reading, attemptId: string, lock = false): Promise<Attempt | undefined> {
  const [row] = await ctx.db.rows(lock ? anySql + ctx.db.sql.forUpdate : anySql, [attemptId, ctx.tenantId]);
  return row && codec.fromRow(row);
}
// hot
const ofSittingSql = `SELECT ${columns} FROM attempts a WHERE a.id = (SELECT s.attempt_id FROM attempt_sittings s WHERE s.id = ?) AND a.tenant_id = ? `;
/** The attempt of a sitting, held until the unit ends. */
export async function lockOfSitting(ctx: Reading, sittingId: string): Promise<Attempt | undefined> {
  const [row] = await ctx.db.rows(ofSittingSql + ctx.db.sql.forUpdate, [sittingId, ctx.tenantId]);
  return row && codec.fromRow(row);
}
export async function ofPerson(ctx: Reading, personId: string): Promise<Attempt[]> {
  return (await ctx.db("attempts").where({ tenant_id: ctx.tenantId, person_id: personId }).orderBy([{ column: "started_at", order: "desc" }, { column: "id", order: "desc" }]).limit(1_000)).map((r) => codec.fromRow(r));
}
export async function hasVersion(ctx: Reading, personId: string, versionId: string, courseId: string): Promise<boolean> {
  return (await ctx.db.rows("SELECT 1 AS one FROM attempts a WHERE a.person_id = ? AND a.course_id = ? AND a.version_id = ? AND a.tenant_id = ? LIMIT 1", [personId, courseId, versionId, ctx.tenantId])).length > 0;
}

// hot
const openSql = `SELECT ${columns},
  (SELECT count(*) FROM attempt_units u WHERE u.attempt_id = a.id AND u.done_at IS NOT NULL) + (SELECT count(DISTINCT s.unit_id) FROM attempt_sittings s WHERE s.attempt_id = a.id AND s.is_passed = ?) AS done_count
  FROM attempts a WHERE a.person_id = ? AND a.tenant_id = ? AND a.state = 'open'`;
export const openOf = async (ctx: Reading, personId: string): Promise<{ attempt: Attempt; doneCount: number }[]> =>
  (await ctx.db.rows(openSql, [true, personId, ctx.tenantId])).map((r) => ({ attempt: codec.fromRow(r), doneCount: Number(r["done_count"]) }));

export const attemptsAfter = async (ctx: Ctx, afterId: string, size: number): Promise<Attempt[]> =>
  (await ctx.db("attempts").where("tenant_id", ctx.tenantId).where("id", ">", afterId).orderBy("id").limit(size)).map((r) => codec.fromRow(r));
export async function doneUnitsAfter(ctx: Ctx, afterAttempt: string, afterUnit: string, size: number): Promise<UnitRow[]> {
  const rows = await ctx.db("attempt_units as u").join("attempts as a", "a.id", "u.attempt_id").where("a.tenant_id", ctx.tenantId).whereNotNull("u.done_at")
    .where(ctx.db.raw("(u.attempt_id > ? OR (u.attempt_id = ? AND u.unit_id > ?))", [afterAttempt, afterAttempt, afterUnit]))
    .orderBy([{ column: "u.attempt_id" }, { column: "u.unit_id" }]).limit(size).select(units.select("u"));
  return rows.map((r) => units.fromRow(r));
}
