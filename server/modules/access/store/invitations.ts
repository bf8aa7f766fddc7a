/** Set-based work on many accounts. */
import type { Ctx } from "../../../kernel/ctx.ts";

export interface Invited { readonly accountId: string; readonly personId: string; readonly name: string; readonly signInName: string }

/** Active accounts without a password: those without a usable link first, then (with `again`) those whose link is oldest. */
export async function accountsWithoutPassword(at: Pick<Ctx, "db" | "tenantId" | "now">, again: boolean, most: number): Promise<Invited[]> {
  const rows = await at.db.rows<{ id: string; person_id: string; display_name: string; sign_in_name: string }>(
    `SELECT * FROM (SELECT a.id, a.person_id, p.display_name, p.sort_name, a.sign_in_name,
       (SELECT max(c.created_at) FROM account_credentials c WHERE c.account_id = a.id AND c.kind = 'start_link' AND c.ended_at IS NULL AND c.expires_at > ?) AS link_at
     FROM accounts a JOIN people p ON p.id = a.person_id
     WHERE a.tenant_id = ? AND a.state = 'active' AND p.state = 'active'
       AND NOT EXISTS (SELECT 1 FROM account_credentials c WHERE c.account_id = a.id AND c.kind = 'password' AND c.ended_at IS NULL)) w
     ${again ? "" : "WHERE link_at IS NULL"} ORDER BY CASE WHEN link_at IS NULL THEN 0 ELSE 1 END, link_at, sort_name, id LIMIT ?`, [at.now, at.tenantId, most]);
  return rows.map((r) => ({ accountId: r.id, personId: r.person_id, name: r.display_name, signInName: r.sign_in_name }));
}

/** Earlier links of these accounts end; one new link each, for accounts that are still active and still without a password. */
export async function insertStartLinks(ctx: Ctx, links: readonly { readonly accountId: string; readonly hash: string }[], expiresAt: string): Promise<void> {
  if (links.length === 0) return;
  const given = JSON.stringify(links.map((l) => ({ account: l.accountId, hash: l.hash })));
  const from = ctx.db.sql.rowsOf({ account: "text", hash: "text" });
  // CASE keeps PostgreSQL from joining the two lists row by row before it has statistics; CROSS JOIN keeps SQLite from reading the list once per account.
  await ctx.db.run(
    `UPDATE account_credentials SET ended_at = ? WHERE kind = 'start_link' AND ended_at IS NULL AND CASE WHEN account_id IN (SELECT t.account FROM ${from}) THEN 1 ELSE 0 END = 1`, [ctx.now, given]);
  await ctx.db.run(
    `INSERT INTO account_credentials (id, tenant_id, account_id, kind, secret_hash, created_at, expires_at)
     SELECT ${ctx.db.sql.randomId}, ?, a.id, 'start_link', t.hash, ?, ? FROM ${from} CROSS JOIN accounts a WHERE a.id = t.account AND a.state = 'active' AND a.tenant_id = ?`,
    [ctx.tenantId, ctx.now, expiresAt, given, ctx.tenantId]);
}

export interface NewAccount { readonly id: string; readonly personId: string; readonly signInName: string }
/** Of these names and people: what is there already. */
export async function existing(ctx: Ctx, wanted: readonly { readonly personId: string; readonly signInName: string }[]): Promise<{ names: ReadonlyMap<string, string>; people: ReadonlySet<string> }> {
  const given = JSON.stringify(wanted.map((w) => ({ person: w.personId, name: w.signInName })));
  const from = ctx.db.sql.rowsOf({ person: "text", name: "text" });
  const names = await ctx.db.rows<{ sign_in_name: string; person_id: string }>(
    `SELECT sign_in_name, person_id FROM accounts WHERE tenant_id = ? AND state = 'active' AND sign_in_name IN (SELECT t.name FROM ${from})`, [ctx.tenantId, given]);
  const people = await ctx.db.rows<{ person_id: string }>(`SELECT person_id FROM accounts WHERE tenant_id = ? AND person_id IN (SELECT t.person FROM ${from})`, [ctx.tenantId, given]);
  return { names: new Map(names.map((n) => [n.sign_in_name, n.person_id])), people: new Set(people.map((p) => p.person_id)) };
}

export async function insertAccounts(ctx: Ctx, accounts: readonly NewAccount[]): Promise<void> {
  const from = ctx.db.sql.rowsOf({ id: "text", person: "text", name: "text" });
  await ctx.db.run(`INSERT INTO accounts (id, tenant_id, person_id, sign_in_name, created_at) SELECT t.id, ?, t.person, t.name, ? FROM ${from}`,
    [ctx.tenantId, ctx.now, JSON.stringify(accounts.map((a) => ({ id: a.id, person: a.personId, name: a.signInName })))]);
}
