import { bytes, code, count, instant, day, id, optional, ref, table, text, type RowOf } from "../../kernel/db/columns.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { Row, Value } from "../../kernel/db/database.ts";

export const certificates = table("certificates", {
  id: id(), tenantId: ref(), number: text(), code: text(), proofId: ref(), personId: ref(), requirementId: optional(ref()), cycleId: optional(ref()), record: bytes(), recordSha256: text(),
  state: code("valid", "revoked"), issuedAt: instant(), validThroughOn: optional(day()), pdfState: code("queued", "ready", "failed"), pdfSha256: optional(text()), rowVersion: count(),
});
export type Certificate = RowOf<typeof certificates.columns>;
const changes = table("certificate_states", { id: id(), tenantId: ref(), certificateId: ref(), state: code("revoked", "restored"), reason: text(), changedAt: instant(), changedBy: text() });
export type StateChange = RowOf<typeof changes.columns>;

// hot
export async function insert(ctx: Ctx, c: Omit<Certificate, "state" | "pdfState" | "pdfSha256" | "rowVersion" | "tenantId">): Promise<void> {
  await ctx.db.run(
    "INSERT INTO certificates (id, tenant_id, number, code, proof_id, person_id, requirement_id, cycle_id, record, record_sha256, issued_at, valid_through_on) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
    [c.id, ctx.tenantId, c.number, c.code, c.proofId, c.personId, c.requirementId, c.cycleId, c.record, c.recordSha256, c.issuedAt, c.validThroughOn]);
}

// hot
/** Names printed on the document, as they are now; the page to verify it is below the public address. */
export async function printedNames(ctx: Ctx, personId: string): Promise<{ holder: string; organisation: string; language: string; origin: string }> {
  const [row] = await ctx.db.rows<{ holder: string; organisation: string; language: string; origin: string | null }>(
    `SELECT p.display_name AS holder, t.name AS organisation, coalesce(p.language, t.language) AS language, (SELECT value FROM instance_facts WHERE name = 'public_url') AS origin
     FROM people p JOIN tenants t ON t.id = p.tenant_id WHERE p.id = ? AND p.tenant_id = ?`, [personId, ctx.tenantId]);
  if (!row) throw new Error("a certificate was asked for a person who does not exist");
  return { ...row, origin: row.origin ?? "" };
}

type Reading = Pick<Ctx, "db" | "tenantId">;

const byColumn = async (ctx: Reading, column: "id" | "code", value: string): Promise<Certificate | undefined> => {
  const [row] = await ctx.db.rows(`SELECT * FROM certificates WHERE ${column} = ? AND tenant_id = ?`, [value, ctx.tenantId]);
  return row ? certificates.fromRow(row) : undefined;
};
export const find = (ctx: Reading, certificateId: string): Promise<Certificate | undefined> => byColumn(ctx, "id", certificateId);
export const findByCode = (ctx: Reading, secret: string): Promise<Certificate | undefined> => byColumn(ctx, "code", secret);

export async function changesOf(ctx: Ctx, certificateId: string): Promise<(StateChange & { changedByName: string | null })[]> {
  const rows = await ctx.db.rows<Row & { by_name: string | null }>(
    "SELECT s.*, p.display_name AS by_name FROM certificate_states s LEFT JOIN people p ON p.id = s.changed_by WHERE s.certificate_id = ? AND s.tenant_id = ? ORDER BY s.id", [certificateId, ctx.tenantId]);
  return rows.map((r) => ({ ...changes.fromRow(r), changedByName: r.by_name }));
}

export async function changeState(ctx: Ctx, c: Certificate, state: "valid" | "revoked", reason: string): Promise<boolean> {
  const changed = await ctx.db.run("UPDATE certificates SET state = ?, row_version = row_version + 1 WHERE id = ? AND tenant_id = ? AND row_version = ?", [state, c.id, ctx.tenantId, c.rowVersion]);
  if (changed === 0) return false;
  await ctx.db("certificate_states").insert(changes.toRow({ id: ctx.newId(), tenantId: ctx.tenantId, certificateId: c.id, state: state === "valid" ? "restored" : "revoked", reason, changedAt: ctx.now, changedBy: ctx.actor.id }));
  return true;
}

/** Fixes the bytes once: whoever comes second changes nothing. */
export const fixPdf = (ctx: Ctx, certificateId: string, sha256: string): Promise<number> =>
  ctx.db.run("UPDATE certificates SET pdf_sha256 = ?, pdf_state = 'ready', row_version = row_version + 1 WHERE id = ? AND tenant_id = ? AND pdf_state <> 'ready'", [sha256, certificateId, ctx.tenantId]);
export const failPdf = (ctx: Ctx, certificateId: string): Promise<number> =>
  ctx.db.run("UPDATE certificates SET pdf_state = 'failed' WHERE id = ? AND tenant_id = ? AND pdf_state = 'queued'", [certificateId, ctx.tenantId]);

export interface ListFilter { readonly personId?: string | undefined; readonly courseId?: string | undefined; readonly state?: string | undefined; readonly search?: string | undefined; readonly today: string }
export async function list(ctx: Ctx, filter: ListFilter, visible: { sql: string; values: readonly Value[] }, page: number, size: number): Promise<{ rows: Certificate[]; total: number }> {
  const where = ["c.tenant_id = ?"];
  const values: Value[] = [ctx.tenantId];
  const add = (sql: string, ...v: Value[]): void => { where.push(sql); values.push(...v); };
  add(visible.sql, ...visible.values);
  if (filter.personId !== undefined) add("c.person_id = ?", filter.personId);
  if (filter.courseId !== undefined) add("c.proof_id IN (SELECT id FROM proofs WHERE course_id = ?)", filter.courseId);
  if (filter.state === "revoked") add("c.state = 'revoked'");
  if (filter.state === "expired") add("c.state = 'valid' AND c.valid_through_on < ?", filter.today);
  if (filter.state === "valid") add("c.state = 'valid' AND (c.valid_through_on IS NULL OR c.valid_through_on >= ?)", filter.today);
  if (filter.search !== undefined && filter.search.trim() !== "") {
    const words = `%${filter.search.trim().toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
    add("(lower(c.number) LIKE ? ESCAPE '\\' OR c.person_id IN (SELECT id FROM people WHERE lower(display_name) LIKE ? ESCAPE '\\'))", words, words);
  }
  const condition = where.join(" AND ");
  const [counted] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM certificates c WHERE ${condition}`, values);
  const rows = await ctx.db.rows(`SELECT c.* FROM certificates c WHERE ${condition} ORDER BY c.issued_at DESC, c.id DESC LIMIT ? OFFSET ?`, [...values, size, (page - 1) * size]);
  return { rows: rows.map((r) => certificates.fromRow(r)), total: counted?.n ?? 0 };
}

export async function ofPerson(ctx: Ctx, personId: string): Promise<Certificate[]> {
  const rows = await ctx.db.rows("SELECT * FROM certificates WHERE person_id = ? AND tenant_id = ? ORDER BY issued_at DESC, id DESC", [personId, ctx.tenantId]);
  return rows.map((r) => certificates.fromRow(r));
}

export async function ofProof(ctx: Ctx, proofId: string): Promise<Certificate[]> {
  const rows = await ctx.db.rows("SELECT * FROM certificates WHERE proof_id = ? AND tenant_id = ? ORDER BY id", [proofId, ctx.tenantId]);
  return rows.map((r) => certificates.fromRow(r));
}

export async function proofIsRevoked(ctx: Ctx, proofId: string): Promise<boolean> {
  return (await ctx.db.rows("SELECT 1 AS one FROM proof_revocations WHERE proof_id = ?", [proofId])).length > 0;
}

export async function pageById(ctx: Ctx, afterId: string, size: number): Promise<Certificate[]> {
  const rows = await ctx.db.rows("SELECT * FROM certificates WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?", [ctx.tenantId, afterId, size]);
  return rows.map((r) => certificates.fromRow(r));
}

/** A document somebody waits for goes first. */
export const hurry = (ctx: Ctx, key: string): Promise<number> => ctx.db.run("UPDATE jobs SET priority = 0 WHERE key = ? AND state = 'queued'", [key]);
