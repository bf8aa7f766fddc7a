/** Read models of the console: accounts, logins, grants, and the session a browser sees. */
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Row, Value } from "../../../kernel/db/database.ts";
import { today } from "../../people/index.ts";
import type { AccountRow, GrantRow, LoginRow, SessionView } from "../contract.ts";
import { isInForce, isRoleCode, permissionsOf, type HeldGrant, type RoleCode } from "../rules.ts";
import { csrfOf } from "../sessions.ts";

type At = Pick<Ctx, "db" | "tenantId" | "now">;
export interface Paging { readonly page?: number | undefined; readonly size?: number | undefined; readonly search?: string | undefined }
const limits = (p: Paging): { page: number; size: number; offset: number } => { const page = p.page ?? 1; const size = p.size ?? 50; return { page, size, offset: (page - 1) * size }; };
const words = (search: string | undefined): string[] => (search ?? "").trim().split(/\s+/).filter(Boolean).slice(0, 8);
const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;

export async function tenantDay(at: At): Promise<string> {
  const [tenant] = await at.db.rows<{ zone: string }>("SELECT zone FROM tenants WHERE id = ?", [at.tenantId]);
  return today(at.now, tenant?.zone ?? "UTC");
}

interface GrantRecord { person_id: string; role: string; scope: string; valid_from: string; valid_to: string | null }
export const heldGrant = (r: GrantRecord): HeldGrant => ({ role: r.role, scope: r.scope, validFrom: r.valid_from, validTo: r.valid_to });

/** Grants in force per person, for at most a page of people. */
export async function grantsOf(at: At, personIds: readonly string[]): Promise<ReadonlyMap<string, HeldGrant[]>> {
  const out = new Map<string, HeldGrant[]>();
  if (personIds.length === 0) return out;
  const today = await tenantDay(at);
  const rows = await at.db.rows<GrantRecord>(
    `SELECT g.person_id, g.role, g.scope, g.valid_from, g.valid_to FROM grants g WHERE g.tenant_id = ? AND g.ended_at IS NULL
     AND g.person_id IN (SELECT t.id FROM ${at.db.sql.rowsOf({ id: "text" })})`, [at.tenantId, JSON.stringify(personIds.map((id) => ({ id })))]);
  for (const r of rows) {
    const g = heldGrant(r);
    if (isInForce(g, today)) out.set(r.person_id, [...(out.get(r.person_id) ?? []), g]);
  }
  return out;
}
export const rolesOf = (grants: readonly HeldGrant[] | undefined): RoleCode[] => [...new Set((grants ?? []).map((g) => g.role))].filter(isRoleCode).sort();

interface AccountRecord {
  id: string; person_id: string; display_name: string; sign_in_name: string; state: "active" | "ended"; created_at: string; ended_at: string | null; last_signed_in_at: string | null;
  password_since: string | null; link_until: string | null;
}
const accountColumns = `a.id, a.person_id, p.display_name, a.sign_in_name, a.state, a.created_at, a.ended_at, a.last_signed_in_at,
  (SELECT c.created_at FROM account_credentials c WHERE c.account_id = a.id AND c.kind = 'password' AND c.ended_at IS NULL) AS password_since,
  (SELECT max(c.expires_at) FROM account_credentials c WHERE c.account_id = a.id AND c.kind = 'start_link' AND c.ended_at IS NULL AND c.expires_at > ?) AS link_until`;
const toRow = (r: AccountRecord, grants: readonly HeldGrant[] | undefined): AccountRow => ({
  id: r.id, personId: r.person_id, personName: r.display_name, signInName: r.sign_in_name, state: r.state, hasPassword: r.password_since !== null, startLinkUntil: r.link_until,
  lastSignedInAt: r.last_signed_in_at, roles: rolesOf(grants),
});

export interface AccountFilter extends Paging { readonly state?: string | undefined; readonly password?: string | undefined; readonly role?: string | undefined; readonly sort?: string | undefined }
export async function listAccounts(at: At, f: AccountFilter): Promise<{ rows: AccountRow[]; total: number; page: number; size: number }> {
  const { page, size, offset } = limits(f);
  const where = ["a.tenant_id = ?", "p.state = 'active'"];
  const values: Value[] = [at.tenantId];
  if (f.state !== "all") { where.push("a.state = ?"); values.push(f.state ?? "active"); }
  if (f.password !== undefined) where.push(`${f.password === "with" ? "" : "NOT "}EXISTS (SELECT 1 FROM account_credentials c WHERE c.account_id = a.id AND c.kind = 'password' AND c.ended_at IS NULL)`);
  if (f.role !== undefined) {
    const today = await tenantDay(at);
    where.push("a.person_id IN (SELECT g.person_id FROM grants g WHERE g.role = ? AND g.ended_at IS NULL AND g.valid_from <= ? AND (g.valid_to IS NULL OR g.valid_to > ?))");
    values.push(f.role, today, today);
  }
  for (const word of words(f.search)) {
    where.push(`(p.display_name ${at.db.sql.like} ? ESCAPE '\\' OR a.sign_in_name ${at.db.sql.like} ? ESCAPE '\\')`);
    values.push(pattern(word), pattern(word.normalize("NFKC").toLowerCase()));
  }
  const from = `FROM accounts a JOIN people p ON p.id = a.person_id WHERE ${where.join(" AND ")}`;
  const order = f.sort === "-lastSignedIn" ? "CASE WHEN a.last_signed_in_at IS NULL THEN 1 ELSE 0 END, a.last_signed_in_at DESC, a.id" : "p.sort_name, a.id";
  const [total] = await at.db.rows<{ n: number }>(`SELECT count(*) AS n ${from}`, values);
  const rows = await at.db.rows<AccountRecord>(`SELECT ${accountColumns} ${from} ORDER BY ${order} LIMIT ? OFFSET ?`, [at.now, ...values, size, offset]);
  const grants = await grantsOf(at, rows.map((r) => r.person_id));
  return { rows: rows.map((r) => toRow(r, grants.get(r.person_id))), total: total?.n ?? 0, page, size };
}

export async function accountDetail(at: At, personId: string): Promise<(AccountRow & { createdAt: string; endedAt: string | null; passwordSince: string | null }) | null> {
  const [row] = await at.db.rows<AccountRecord>(`SELECT ${accountColumns} FROM accounts a JOIN people p ON p.id = a.person_id WHERE a.tenant_id = ? AND a.person_id = ?`, [at.now, at.tenantId, personId]);
  if (!row) return null;
  const grants = await grantsOf(at, [personId]);
  return { ...toRow(row, grants.get(personId)), createdAt: row.created_at, endedAt: row.ended_at, passwordSince: row.password_since };
}

interface LoginRecord { id: string; peer: string; agent: string; created_at: string; seen_at: string; expires_at: string }
/** Live logins, newest first. */
export async function liveLogins(at: At, accountId: string): Promise<Omit<LoginRow, "isCurrent">[]> {
  const rows = await at.db.rows<LoginRecord>(
    `SELECT l.id, l.peer, l.agent, l.created_at, l.seen_at, l.expires_at FROM logins l JOIN accounts a ON a.id = l.account_id AND a.auth_epoch = l.auth_epoch AND a.state = 'active'
     WHERE l.account_id = ? AND l.ended_at IS NULL AND l.expires_at > ? ORDER BY l.created_at DESC, l.id LIMIT 200`, [accountId, at.now]);
  return rows.map((r) => ({ id: r.id, peer: r.peer, agent: r.agent, createdAt: r.created_at, seenAt: r.seen_at, expiresAt: r.expires_at }));
}

export interface GrantFilter extends Paging { readonly role?: string | undefined; readonly state?: string | undefined; readonly personId?: string | undefined }
export async function listGrants(at: At, f: GrantFilter): Promise<{ rows: GrantRow[]; total: number; page: number; size: number }> {
  const { page, size, offset } = limits(f);
  const where = ["g.tenant_id = ?"];
  const values: Value[] = [at.tenantId];
  if (f.role !== undefined) { where.push("g.role = ?"); values.push(f.role); }
  if (f.personId !== undefined) { where.push("g.person_id = ?"); values.push(f.personId); }
  if (f.state !== "all") where.push(f.state === "ended" ? "g.ended_at IS NOT NULL" : "g.ended_at IS NULL");
  for (const word of words(f.search)) { where.push(`p.display_name ${at.db.sql.like} ? ESCAPE '\\'`); values.push(pattern(word)); }
  const from = `FROM grants g JOIN people p ON p.id = g.person_id WHERE ${where.join(" AND ")}`;
  const [total] = await at.db.rows<{ n: number }>(`SELECT count(*) AS n ${from}`, values);
  const rows = await at.db.rows<Row>(
    `SELECT g.id, g.person_id, p.display_name, g.role, g.scope, g.valid_from, g.valid_to, g.recorded_at, g.ended_at, g.reason, coalesce((SELECT b.display_name FROM people b WHERE b.id = g.granted_by), g.granted_by) AS granted_by
     ${from} ORDER BY p.sort_name, g.role, g.id LIMIT ? OFFSET ?`, [...values, size, offset]);
  return { rows: rows.map(toGrant), total: total?.n ?? 0, page, size };
}
const toGrant = (r: Row): GrantRow => ({
  id: r["id"], personId: r["person_id"], personName: r["display_name"], role: r["role"], scope: r["scope"], validFrom: r["valid_from"], validTo: r["valid_to"],
  recordedAt: r["recorded_at"], endedAt: r["ended_at"], reason: r["reason"], grantedBy: r["granted_by"],
}) as GrantRow;

/** What the browser of a login may know; null when the login is no longer there. */
export async function sessionView(at: At, loginId: string): Promise<SessionView | null> {
  const [row] = await at.db.rows<{ person_id: string; display_name: string; sign_in_name: string; token_hash: Uint8Array; expires_at: string; language: string; tenant: string; tenant_zone: string; site_zone: string | null }>(
    `SELECT l.person_id, p.display_name, a.sign_in_name, l.token_hash, l.expires_at, coalesce(p.language, t.language) AS language, t.name AS tenant, t.zone AS tenant_zone,
       (SELECT s.zone FROM employments e JOIN sites s ON s.id = e.site_id WHERE e.person_id = p.id AND e.state = 'active' ORDER BY e.id LIMIT 1) AS site_zone
     FROM logins l JOIN accounts a ON a.id = l.account_id JOIN people p ON p.id = l.person_id JOIN tenants t ON t.id = l.tenant_id WHERE l.id = ? AND l.tenant_id = ?`, [loginId, at.tenantId]);
  if (!row) return null;
  const grants = (await grantsOf(at, [row.person_id])).get(row.person_id) ?? [];
  return {
    person: { id: row.person_id, name: row.display_name }, signInName: row.sign_in_name, roles: rolesOf(grants),
    permissions: [...permissionsOf(grants, today(at.now, row.tenant_zone))].map(([name, scope]) => ({ name, scope })),
    csrf: csrfOf(row.token_hash), tenant: { name: row.tenant }, zone: row.site_zone ?? row.tenant_zone, language: row.language, expiresAt: row.expires_at,
  };
}
