/** Accounts and their credentials. */
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Db } from "../../../kernel/db/database.ts";

export interface Account {
  readonly id: string; readonly personId: string; readonly signInName: string; readonly state: "active" | "ended";
  readonly authEpoch: number; readonly version: number; readonly endCause: string | null;
}
interface AccountRecord { id: string; person_id: string; sign_in_name: string; state: "active" | "ended"; auth_epoch: number; row_version: number; end_cause: string | null }
const toAccount = (r: AccountRecord): Account =>
  ({ id: r.id, personId: r.person_id, signInName: r.sign_in_name, state: r.state, authEpoch: r.auth_epoch, version: r.row_version, endCause: r.end_cause });
const columns = "id, person_id, sign_in_name, state, auth_epoch, row_version, end_cause";

/** Canonical state of an account in the ledger. */
export const accountState = (a: Pick<Account, "personId" | "signInName" | "state">): { personId: string; signInName: string; state: string } =>
  ({ personId: a.personId, signInName: a.signInName, state: a.state });

type Where = Pick<Ctx, "db" | "tenantId">;

export async function findAccount(at: Where, id: string, lock = ""): Promise<Account | undefined> {
  const [row] = await at.db.rows<AccountRecord>(`SELECT ${columns} FROM accounts WHERE tenant_id = ? AND id = ? ${lock}`, [at.tenantId, id]);
  return row && toAccount(row);
}
export async function accountOfPerson(at: Where, personId: string, lock = ""): Promise<Account | undefined> {
  const [row] = await at.db.rows<AccountRecord>(`SELECT ${columns} FROM accounts WHERE tenant_id = ? AND person_id = ? ${lock}`, [at.tenantId, personId]);
  return row && toAccount(row);
}

export interface SignInFacts { readonly accountId: string; readonly personId: string; readonly passwordId: string | null; readonly passwordHash: string | null; readonly authEpoch: number }
// hot: one statement whether the name exists or not.
export async function findForSignIn(at: Where, signInName: string): Promise<SignInFacts | undefined> {
  const [row] = await at.db.rows<{ id: string; person_id: string; auth_epoch: number; password_id: string | null; secret_hash: string | null }>(
    `SELECT a.id, a.person_id, a.auth_epoch, c.id AS password_id, c.secret_hash FROM accounts a JOIN people p ON p.id = a.person_id AND p.state = 'active'
     LEFT JOIN account_credentials c ON c.account_id = a.id AND c.kind = 'password' AND c.ended_at IS NULL
     WHERE a.tenant_id = ? AND a.sign_in_name = ? AND a.state = 'active'`, [at.tenantId, signInName]);
  return row && { accountId: row.id, personId: row.person_id, passwordId: row.password_id, passwordHash: row.secret_hash, authEpoch: row.auth_epoch };
}

export const nameIsTaken = async (at: Where, signInName: string, exceptAccountId: string | null): Promise<boolean> =>
  (await at.db.rows("SELECT 1 AS found FROM accounts WHERE tenant_id = ? AND sign_in_name = ? AND state = 'active' AND id <> ?", [at.tenantId, signInName, exceptAccountId ?? ""])).length > 0;

export async function insertAccount(ctx: Ctx, personId: string, signInName: string): Promise<Account> {
  const id = ctx.newId();
  await ctx.db.run("INSERT INTO accounts (id, tenant_id, person_id, sign_in_name, created_at) VALUES (?, ?, ?, ?, ?)", [id, ctx.tenantId, personId, signInName, ctx.now]);
  return { id, personId, signInName, state: "active", authEpoch: 1, version: 1, endCause: null };
}

/** Writes the changed fields and raises version and, where credentials or rights changed, the epoch that ends all logins. */
export async function updateAccount(ctx: Ctx, account: Account, change: Partial<Pick<Account, "signInName" | "state" | "endCause">> & { readonly newEpoch?: boolean }): Promise<Account> {
  const next: Account = {
    ...account, signInName: change.signInName ?? account.signInName, state: change.state ?? account.state, endCause: change.endCause === undefined ? account.endCause : change.endCause,
    authEpoch: account.authEpoch + (change.newEpoch === true ? 1 : 0), version: account.version + 1,
  };
  await ctx.db.run(
    "UPDATE accounts SET sign_in_name = ?, state = ?, end_cause = ?, ended_at = CASE WHEN ? = 'active' THEN NULL ELSE coalesce(ended_at, ?) END, auth_epoch = ?, row_version = ? WHERE id = ? AND tenant_id = ?",
    [next.signInName, next.state, next.endCause, next.state, ctx.now, next.authEpoch, next.version, account.id, ctx.tenantId]);
  return next;
}

export const signedIn = (ctx: Ctx, accountId: string): Promise<number> => ctx.db.run("UPDATE accounts SET last_signed_in_at = ? WHERE id = ?", [ctx.now, accountId]);

export async function setPassword(ctx: Ctx, accountId: string, hash: string): Promise<void> {
  await endCredentials(ctx, accountId, ["password", "start_link", "device"]);
  await ctx.db.run("INSERT INTO account_credentials (id, tenant_id, account_id, kind, secret_hash, created_at) VALUES (?, ?, ?, 'password', ?, ?)", [ctx.newId(), ctx.tenantId, accountId, hash, ctx.now]);
}

export async function endCredentials(ctx: Ctx, accountId: string, kinds: readonly string[]): Promise<void> {
  await ctx.db.run(`UPDATE account_credentials SET ended_at = ? WHERE account_id = ? AND ended_at IS NULL AND kind IN (${kinds.map(() => "?").join(", ")})`, [ctx.now, accountId, ...kinds]);
}

export async function passwordHashOf(at: Where, accountId: string): Promise<string | null> {
  const [row] = await at.db.rows<{ secret_hash: string }>("SELECT secret_hash FROM account_credentials WHERE account_id = ? AND kind = 'password' AND ended_at IS NULL", [accountId]);
  return row?.secret_hash ?? null;
}

export interface StartLinkFacts { readonly accountId: string; readonly personId: string; readonly personName: string; readonly signInName: string; readonly expiresAt: string; readonly hasPassword: boolean }
/** A link that can still be used, of an account that may sign in. */
export async function findStartLink(at: Where, hash: string, now: string): Promise<StartLinkFacts | undefined> {
  const [row] = await at.db.rows<{ account_id: string; person_id: string; display_name: string; sign_in_name: string; expires_at: string; passwords: number }>(
    `SELECT c.account_id, a.person_id, p.display_name, a.sign_in_name, c.expires_at,
       (SELECT count(*) FROM account_credentials o WHERE o.account_id = a.id AND o.kind = 'password' AND o.ended_at IS NULL) AS passwords
     FROM account_credentials c JOIN accounts a ON a.id = c.account_id AND a.state = 'active' JOIN people p ON p.id = a.person_id AND p.state = 'active'
     WHERE c.tenant_id = ? AND c.kind = 'start_link' AND c.secret_hash = ? AND c.used_at IS NULL AND c.ended_at IS NULL AND c.expires_at > ? AND c.created_at <= ?`,
    [at.tenantId, hash, now, now]);
  return row && { accountId: row.account_id, personId: row.person_id, personName: row.display_name, signInName: row.sign_in_name, expiresAt: row.expires_at, hasPassword: row.passwords > 0 };
}

/** Exactly one of two at once gets true. */
export const useStartLink = async (ctx: Ctx, hash: string): Promise<boolean> =>
  (await ctx.db.run(
    "UPDATE account_credentials SET used_at = ?, ended_at = ? WHERE tenant_id = ? AND kind = 'start_link' AND secret_hash = ? AND used_at IS NULL AND ended_at IS NULL AND expires_at > ?",
    [ctx.now, ctx.now, ctx.tenantId, hash, ctx.now])) === 1;

export async function insertCredential(ctx: Ctx, accountId: string, kind: "start_link" | "device", hash: string, expiresAt: string): Promise<void> {
  await ctx.db.run("INSERT INTO account_credentials (id, tenant_id, account_id, kind, secret_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    [ctx.newId(), ctx.tenantId, accountId, kind, hash, ctx.now, expiresAt]);
}

/** The words a password must not be made of: the person's names and the organisation's. */
export async function ownWords(at: Where, personId: string): Promise<string[]> {
  const rows = await at.db.rows<{ word: string | null }>(
    `SELECT display_name AS word FROM people WHERE id = ? UNION ALL SELECT email FROM people WHERE id = ? UNION ALL SELECT sign_in_name FROM accounts WHERE person_id = ?
     UNION ALL SELECT display FROM person_names WHERE person_id = ? UNION ALL SELECT name FROM tenants WHERE id = ?`, [personId, personId, personId, personId, at.tenantId]);
  return rows.flatMap((r) => (r.word === null || r.word === "" ? [] : [r.word]));
}

/** All logins of an account but one end now; the number. */
export const endLogins = (db: Db, accountId: string, now: string, exceptLoginId: string | null = null): Promise<number> =>
  db.run("UPDATE logins SET ended_at = ? WHERE account_id = ? AND ended_at IS NULL AND id <> ?", [now, accountId, exceptLoginId ?? ""]);
