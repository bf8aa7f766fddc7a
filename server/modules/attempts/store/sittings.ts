import type { Ctx } from "../../../kernel/ctx.ts";
import { code, count, flag, id, instant, json, optional, ref, table, text, type RowOf } from "../../../kernel/db/columns.ts";
import type { Answer } from "../contract.ts";
import type { Drawn, Mark } from "../rules.ts";
import { find as findAttempt, lockOfSitting as findAttemptOfSitting, type Attempt } from "./attempts.ts";

/** What a closed sitting came to: each question with what was given and its mark. */
export interface Outcome { readonly marks: readonly Mark[]; readonly receiptCode: string }
const codec = table("attempt_sittings", {
  id: id(), tenantId: ref(), attemptId: ref(), unitId: text(), number: count(), questions: json<Drawn[]>(), startedAt: instant(), dueAt: optional(instant()), state: code("open", "submitted", "expired"),
  submittedAt: optional(instant()), points: optional(count()), maxPoints: optional(count()), percent: optional(count()), isPassed: optional(flag()), outcome: optional(json<Outcome>()),
});
export type Sitting = RowOf<typeof codec.columns>;
/** A list row: without questions and outcome. */
export type SittingHead = Omit<Sitting, "questions" | "outcome">;
const answers = table("attempt_answers", { questionId: text(), seq: count(), answer: json<Exclude<Answer, null> | Record<string, never>>(), isFlagged: flag(), answeredAt: instant() });
export interface StoredAnswer { readonly questionId: string; readonly seq: number; readonly answer: Answer; readonly isFlagged: boolean; readonly answeredAt: string }

type Reading = Pick<Ctx, "db" | "tenantId">;
export interface Seat { readonly sitting: Sitting; readonly attempt: Attempt }

// hot
const oneSql = `SELECT ${codec.select("s").join(", ")} FROM attempt_sittings s WHERE s.id = ? AND s.tenant_id = ? `;
async function one(ctx: Reading, sittingId: string, lock: boolean): Promise<Sitting | undefined> {
  const [row] = await ctx.db.rows(lock ? oneSql + ctx.db.sql.forUpdate : oneSql, [sittingId, ctx.tenantId]);
  return row && codec.fromRow(row);
}

/** A sitting with its attempt; `lock` holds the sitting until the unit ends, so that no answer slips in behind a grading. */
export async function find(ctx: Reading, sittingId: string, lock = false): Promise<Seat | undefined> {
  const sitting = await one(ctx, sittingId, lock);
  const attempt = sitting && await findAttempt(ctx, sitting.attemptId);
  return sitting && attempt && { sitting, attempt };
}

/** The same to close it: attempt and sitting are held, always in this order, so that two never wait for each other. */
export async function findToClose(ctx: Reading, sittingId: string): Promise<Seat | undefined> {
  const attempt = await findAttemptOfSitting(ctx, sittingId);
  const sitting = attempt && await one(ctx, sittingId, true);
  return sitting && attempt && { sitting, attempt };
}

const headColumns = codec.select("s").filter((c) => c !== "s.questions" && c !== "s.outcome").join(", ");
// hot
const headsSql = `SELECT ${headColumns} FROM attempt_sittings s WHERE s.attempt_id = ? ORDER BY s.unit_id, s.number`;
export const headsOf = async (ctx: Reading, attemptId: string): Promise<SittingHead[]> => (await ctx.db.rows(headsSql, [attemptId])).map((r) => codec.fromRow(r));
export const allOf = async (ctx: Reading, attemptId: string): Promise<Sitting[]> =>
  (await ctx.db.rows(`SELECT ${codec.select("s").join(", ")} FROM attempt_sittings s WHERE s.attempt_id = ? ORDER BY s.started_at, s.id`, [attemptId])).map((r) => codec.fromRow(r));

// hot
const insertSql = "INSERT INTO attempt_sittings (id, tenant_id, attempt_id, unit_id, number, questions, started_at, due_at, state) VALUES (?,?,?,?,?,?,?,?,'open') ON CONFLICT DO NOTHING";
export const insert = async (ctx: Ctx, s: Sitting): Promise<boolean> =>
  await ctx.db.run(insertSql, [s.id, s.tenantId, s.attemptId, s.unitId, s.number, JSON.stringify(s.questions), s.startedAt, s.dueAt]) === 1;

// hot
const closeSql = "UPDATE attempt_sittings SET state = ?, submitted_at = ?, points = ?, max_points = ?, percent = ?, is_passed = ?, outcome = ? WHERE id = ? AND state = 'open'";
/** False when it was closed before. */
export const close = async (ctx: Ctx, s: Sitting): Promise<boolean> =>
  await ctx.db.run(closeSql, [s.state, s.submittedAt, s.points, s.maxPoints, s.percent, s.isPassed, JSON.stringify(s.outcome), s.id]) === 1;

// hot
const answersSql = `SELECT ${answers.select("n").join(", ")} FROM attempt_answers n WHERE n.sitting_id = ?`;
/** An answer taken back is stored as `{}`, since a JSON null and no value are one in SQL. */
export async function answersOf(ctx: Reading, sittingId: string): Promise<StoredAnswer[]> {
  return (await ctx.db.rows(answersSql, [sittingId])).map((r) => {
    const { answer, ...row } = answers.fromRow(r);
    return { ...row, answer: Object.keys(answer).length === 0 ? null : answer as Answer };
  });
}

const answerColumns = { question_id: "text", seq: "integer", answer: "json", is_flagged: "flag" } as const;
// hot
const saveSql = (db: Ctx["db"]): string => `INSERT INTO attempt_answers (sitting_id, question_id, seq, answer, is_flagged, answered_at)
  SELECT ?, t.question_id, t.seq, t.answer, t.is_flagged, ? FROM ${db.sql.rowsOf(answerColumns)} WHERE true
  ON CONFLICT (sitting_id, question_id) DO UPDATE SET seq = excluded.seq, answer = excluded.answer, is_flagged = excluded.is_flagged, answered_at = excluded.answered_at
  WHERE excluded.seq > attempt_answers.seq`;

/** Saves what is newer than what is there; returns how many were. Each question at most once. */
export const saveAnswers = (ctx: Ctx, sittingId: string, given: readonly Omit<StoredAnswer, "answeredAt">[]): Promise<number> =>
  ctx.db.run(saveSql(ctx.db), [sittingId, ctx.now, JSON.stringify(given.map((g) => ({ question_id: g.questionId, seq: g.seq, answer: g.answer ?? {}, is_flagged: g.isFlagged })))]);

/** Ids of open sittings of open attempts whose time ended before `before`. */
export async function overdue(ctx: Reading, before: string, size: number): Promise<string[]> {
  const rows = await ctx.db("attempt_sittings as s").join("attempts as a", "a.id", "s.attempt_id").where({ "s.tenant_id": ctx.tenantId, "s.state": "open", "a.state": "open" }).where("s.due_at", "<", before).orderBy("s.due_at").limit(size).select("s.id");
  return rows.map((r) => String(r["id"]));
}
export const sittingsAfter = async (ctx: Ctx, afterId: string, size: number): Promise<Sitting[]> =>
  (await ctx.db("attempt_sittings").where("tenant_id", ctx.tenantId).where("id", ">", afterId).orderBy("id").limit(size)).map((r) => codec.fromRow(r));
