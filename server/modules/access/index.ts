/**
 * Access: who may sign in (accounts, credentials, logins) and what they may do (roles, grants).
 * A person keeps one account for ever; it ends and resumes. Secrets are kept as hashes only. A login is compared with its
 * account's state and epoch on every request, so what is revoked is refused at once. Nobody hands out more than they hold,
 * and somebody always remains administrator.
 */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Handlers, LedgerState, Loader, Module } from "../../kernel/module.ts";
import { access } from "./contract.ts";
import { fail } from "./failures.ts";
import { events, schedules } from "./jobs.ts";
import { accountOf, accounts, endAccount, endLogins, openAccount as openByHand, openMany, openOne, renameAccount, resumeAccount, type OpenedAccount } from "./service/accounts.ts";
import { endGrant, grantOne, grantRole as grantByHand, grants, roleMembers, roles, type NewGrant } from "./service/grants.ts";
import { changePassword, chooseLanguage, endOtherLogins, endOwnLogin, ownLogins } from "./service/own.ts";
import { session, signIn, signOut } from "./service/sign-in.ts";
import { createStartLink, createStartLinks, readStartLink, redeemStartLink } from "./service/start-links.ts";
import { accountState } from "./store/accounts.ts";
import { grantState } from "./store/grants.ts";

export { permissions, roles, roleCodes, permissionsOf, type PermissionName, type RoleCode } from "./rules.ts";
export { sessionPort, startLogin, type StartedLogin } from "./sessions.ts";
export { isReportOf, visiblePeople } from "../people/index.ts";
export { mayReach, scopePort, type SqlCondition } from "./scope.ts";
export { hashPassword } from "./hashing.ts";
export { passwordFault } from "./passwords.ts";
export { roleMembers };
export type { OpenedAccount };

const handlers = {
  session, signIn, signOut, chooseLanguage, changePassword, ownLogins, endOwnLogin, endOtherLogins, readStartLink, redeemStartLink,
  accounts, accountOf, openAccount: openByHand, renameAccount, createStartLink, createStartLinks, endAccount, resumeAccount, endLogins,
  roles, grants, grantRole: grantByHand, endGrant,
} satisfies Handlers<typeof access>;

/** Opens an account; without a hash the person chooses a password by a start link. Refuses `access.name_taken`, `access.account_exists`. */
export const openAccount = async (ctx: Ctx, wanted: { readonly personId: string; readonly signInName: string; readonly passwordHash?: string }): Promise<{ id: string }> =>
  ({ id: (await openOne(ctx, wanted)).id });
/** Set-based, for imports; people who have an account keep it. */
export const openAccounts = (ctx: Ctx, rows: readonly { readonly personId: string; readonly signInName: string }[]): Promise<OpenedAccount[]> => openMany(ctx, rows);
export const grantRole = async (ctx: Ctx, wanted: NewGrant): Promise<{ id: string }> => ({ id: await grantOne(ctx, wanted) });

const loader = (table: "accounts" | "grants" | "logins"): Loader => async (ctx, id) => {
  const [row] = await ctx.db.rows<{ tenant_id: string; person_id: string }>(`SELECT tenant_id, person_id FROM ${table} WHERE id = ?`, [id]);
  return row && { tenantId: row.tenant_id, personId: row.person_id };
};

const states: readonly LedgerState[] = [
  {
    kind: "account",
    async page(ctx, afterId, size) {
      const rows = await ctx.db.rows<{ id: string; person_id: string; sign_in_name: string; state: "active" | "ended" }>(
        "SELECT id, person_id, sign_in_name, state FROM accounts WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?", [ctx.tenantId, afterId, size]);
      return rows.map((r) => ({ id: r.id, state: accountState({ personId: r.person_id, signInName: r.sign_in_name, state: r.state }) }));
    },
  },
  {
    kind: "grant",
    async page(ctx, afterId, size) {
      const rows = await ctx.db.rows<{ id: string; person_id: string; role: string; scope: string; valid_from: string; valid_to: string | null; ended_at: string | null }>(
        "SELECT id, person_id, role, scope, valid_from, valid_to, ended_at FROM grants WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?", [ctx.tenantId, afterId, size]);
      return rows.map((r) => ({
        id: r.id, state: grantState({ id: r.id, personId: r.person_id, role: r.role, scope: r.scope, validFrom: r.valid_from, validTo: r.valid_to, isEnded: r.ended_at !== null, version: 0 }),
      }));
    },
  },
];

export const accessModule: Module = {
  name: "access", contract: access, handlers, failures: fail, loaders: { account: loader("accounts"), grant: loader("grants"), login: loader("logins") }, events, schedules, states,
  emits: ["access.signed_in", "access.sign_in_refused", "access.account_ended", "access.login_revoked", "access.role_granted", "access.grant_ended", "access.spray_suspected"],
  audits: ["access.signed_out", "access.sign_in_refused", "access.accounts_opened", "access.account_kept", "access.spray_suspected"],
};
