/**
 * Reading the ledger. Names come from a read-only LEFT JOIN on `people`, although people lie above the ledger in the module map:
 * a list of pseudonyms would be useless, and after an erasure the name is gone from here with the person.
 */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Db, Value } from "../../kernel/db/database.ts";
import type { EntryFilter, EntryRow } from "./contract.ts";

interface Row {
  id: string; seq: number | null; at: string; action: string; actor: string; actor_name: string | null; subject: string | null; subject_name: string | null;
  target_kind: string; target: string; target_version: number;
}
interface FullRow extends Row { body: Uint8Array; leaf_hash: Uint8Array; nonce: Uint8Array | null; ciphertext: Uint8Array | null }
export interface Full extends EntryRow { readonly body: Buffer; readonly leafHash: Buffer; readonly sealed: { readonly nonce: Buffer; readonly ciphertext: Buffer } | null }

const columns = `i.id, e.seq, i.created_at AS at, i.type AS action, i.actor_id AS actor, a.display_name AS actor_name, i.subject_id AS subject, s.display_name AS subject_name,
  i.target_kind, i.target_id AS target, i.target_version`;
const fullColumns = `${columns}, i.body, i.leaf_hash, p.nonce, p.ciphertext`;
const named = "LEFT JOIN people a ON a.id = i.actor_id AND a.tenant_id = i.tenant_id LEFT JOIN people s ON s.id = i.subject_id AND s.tenant_id = i.tenant_id";
const sealed = "LEFT JOIN ledger_entries e ON e.intake_id = i.id";
const payload = "LEFT JOIN ledger_payloads p ON p.intake_id = i.id AND p.field = 'values'";

const toRow = (r: Row): EntryRow => ({
  id: r.id, seq: r.seq, at: r.at, action: r.action, actor: r.actor, actorName: r.actor_name, subject: r.subject, subjectName: r.subject_name,
  targetKind: r.target_kind, target: r.target, targetVersion: r.target_version,
});
const toFull = (r: FullRow): Full => ({
  ...toRow(r), body: Buffer.from(r.body), leafHash: Buffer.from(r.leaf_hash), sealed: r.nonce && r.ciphertext ? { nonce: Buffer.from(r.nonce), ciphertext: Buffer.from(r.ciphertext) } : null,
});

interface Condition { readonly sql: string; readonly values: readonly Value[]; readonly needsNames: boolean; readonly needsSeal: boolean }

const escaped = (word: string): string => `%${word.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;

function conditionOf(db: Db, tenantId: string, f: EntryFilter): Condition {
  const parts = ["i.tenant_id = ?"];
  const values: Value[] = [tenantId];
  const add = (sql: string, ...more: Value[]): void => { parts.push(sql); values.push(...more); };
  if (f.action !== undefined) add("i.type = ?", f.action);
  if (f.actor !== undefined) add("i.actor_id = ?", f.actor);
  if (f.subject !== undefined) add("i.subject_id = ?", f.subject);
  if (f.targetKind !== undefined) add("i.target_kind = ?", f.targetKind);
  if (f.target !== undefined) add("i.target_id = ?", f.target);
  if (f.from !== undefined) add("i.created_at >= ?", f.from);
  if (f.to !== undefined) add("i.created_at < ?", f.to);
  if (f.sealed !== undefined) add(f.sealed === "yes" ? "e.seq IS NOT NULL" : "e.seq IS NULL");
  const words = (f.search ?? "").split(/\s+/).filter((w) => w !== "").slice(0, 8);
  for (const word of words) {
    const like = `${db.sql.like} ? ESCAPE '\\'`;
    add(`(i.type ${like} OR i.target_kind ${like} OR i.target_id ${like} OR i.actor_id ${like} OR a.display_name ${like} OR s.display_name ${like} OR i.id = ?)`, ...Array.from({ length: 6 }, () => escaped(word)), word);
  }
  return { sql: parts.join(" AND "), values, needsNames: words.length > 0, needsSeal: f.sealed !== undefined };
}

export async function list(ctx: Ctx, filter: EntryFilter, page: number, size: number): Promise<{ rows: EntryRow[]; total: number }> {
  const c = conditionOf(ctx.db, ctx.tenantId, filter);
  const [count] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM ledger_intakes i ${c.needsSeal ? sealed : ""} ${c.needsNames ? named : ""} WHERE ${c.sql}`, c.values);
  const rows = await ctx.db.rows<Row>(`SELECT ${columns} FROM ledger_intakes i ${sealed} ${named} WHERE ${c.sql} ORDER BY i.created_at DESC, i.id DESC LIMIT ? OFFSET ?`, [...c.values, size, (page - 1) * size]);
  return { rows: rows.map(toRow), total: count?.n ?? 0 };
}

/** Oldest first, up to and including `upTo`, after the entry at (`at`, `id`). */
export async function pageFrom(db: Db, tenantId: string, filter: EntryFilter, upTo: string, after: { at: string; id: string } | null, size: number): Promise<Full[]> {
  const c = conditionOf(db, tenantId, filter);
  const from = after ? " AND (i.created_at, i.id) > (?, ?)" : "";
  const rows = await db.rows<FullRow>(`SELECT ${fullColumns} FROM ledger_intakes i ${sealed} ${named} ${payload} WHERE ${c.sql} AND i.created_at <= ?${from} ORDER BY i.created_at, i.id LIMIT ?`,
    [...c.values, upTo, ...(after ? [after.at, after.id] : []), size]);
  return rows.map(toFull);
}

export async function find(ctx: Ctx, id: string): Promise<Full | undefined> {
  const [row] = await ctx.db.rows<FullRow>(`SELECT ${fullColumns} FROM ledger_intakes i ${sealed} ${named} ${payload} WHERE i.tenant_id = ? AND i.id = ?`, [ctx.tenantId, id]);
  return row && toFull(row);
}

export async function tenantOf(ctx: Ctx, id: string): Promise<string | undefined> {
  const [row] = await ctx.db.rows<{ tenant_id: string }>("SELECT tenant_id FROM ledger_intakes WHERE id = ?", [id]);
  return row?.tenant_id;
}

/** Id of the newest sealed entry about a target. */
export async function newestSealed(ctx: Ctx, kind: string, id: string): Promise<{ seq: number; leafHash: Buffer } | undefined> {
  const [row] = await ctx.db.rows<{ seq: number; leaf_hash: Uint8Array }>(
    "SELECT e.seq, e.leaf_hash FROM ledger_intakes i JOIN ledger_entries e ON e.intake_id = i.id WHERE i.target_kind = ? AND i.target_id = ? AND i.tenant_id = ? ORDER BY i.target_version DESC LIMIT 1", [kind, id, ctx.tenantId]);
  return row && { seq: row.seq, leafHash: Buffer.from(row.leaf_hash) };
}

/** Distinct values by jumping from one to the next along an index, not by reading every entry. */
export async function actions(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db.rows<{ v: string }>(
    `WITH RECURSIVE t(v) AS (SELECT min(type) FROM ledger_intakes WHERE tenant_id = ? UNION ALL SELECT (SELECT min(type) FROM ledger_intakes WHERE tenant_id = ? AND type > t.v) FROM t WHERE t.v IS NOT NULL) SELECT v FROM t WHERE v IS NOT NULL`,
    [ctx.tenantId, ctx.tenantId]);
  return rows.map((r) => r.v).sort();
}
/** Names of kinds are words of the program, the same for every tenant. */
export async function targetKinds(db: Db): Promise<string[]> {
  const rows = await db.rows<{ v: string }>(
    `WITH RECURSIVE t(v) AS (SELECT min(target_kind) FROM ledger_intakes UNION ALL SELECT (SELECT min(target_kind) FROM ledger_intakes WHERE target_kind > t.v) FROM t WHERE t.v IS NOT NULL) SELECT v FROM t WHERE v IS NOT NULL`);
  return rows.map((r) => r.v).sort();
}

export interface CheckpointLine { number: number; first_seq: number; size: number; root: Uint8Array; note: string; sealed_at: string }
export async function checkpoints(ctx: Ctx, page: number, size: number): Promise<{ rows: CheckpointLine[]; total: number }> {
  const [newest] = await ctx.db.rows<{ n: number | null }>("SELECT max(number) AS n FROM checkpoints");
  const rows = await ctx.db.rows<CheckpointLine>("SELECT number, first_seq, size, root, note, sealed_at FROM checkpoints ORDER BY number DESC LIMIT ? OFFSET ?", [size, (page - 1) * size]);
  return { rows, total: newest?.n ?? 0 };
}

export async function countWaiting(db: Db): Promise<number> {
  const [row] = await db.rows<{ n: number }>("SELECT count(*) AS n FROM ledger_unsealed");
  return row?.n ?? 0;
}
