/** What everybody may do about their own way in. */
import type { Ctx, PrepareCtx } from "../../../kernel/ctx.ts";
import type { Input, Output } from "../../../kernel/contract.ts";
import { prepared } from "../../../kernel/module.ts";
import { CommittedRefusal } from "../../../kernel/unit.ts";
import { kernelFailures } from "../../../kernel/errors.ts";
import { byPerson, changePerson } from "../../people/index.ts";
import type { access } from "../contract.ts";
import { fail } from "../failures.ts";
import { hashPassword, isPassword } from "../hashing.ts";
import { budgetOf, countFailure, countSuccess, requireBudget, type Budget } from "../limiter.ts";
import { passwordFault } from "../passwords.ts";
import { accountState, endLogins, findAccount, ownWords, passwordHashOf, setPassword, updateAccount, type Account } from "../store/accounts.ts";
import { liveLogins } from "../store/lists.ts";
import { enter } from "./sign-in.ts";

type At = Pick<Ctx, "db" | "tenantId" | "actor">;
async function ownAccount(ctx: At, lock = ""): Promise<Account> {
  const account = ctx.actor.accountId === null ? undefined : await findAccount(ctx, ctx.actor.accountId, lock);
  if (!account) throw kernelFailures.unauthenticated();
  return account;
}

interface Ready { readonly budget: Budget; readonly isRight: boolean; readonly hash: string | null; readonly epoch: number }

/** All logins end, this browser's too: it gets a new one. */
export const changePassword = prepared(
  async (ctx: PrepareCtx, input: Input<typeof access.changePassword>): Promise<Ready> => {
    const account = await ownAccount(ctx);
    const fault = passwordFault(input.password, await ownWords(ctx, account.personId));
    if (fault) throw fault;
    const budget = budgetOf(ctx.tenantId, account.signInName, ctx.peer, null);
    await requireBudget(ctx.db, budget, ctx.now);
    const isRight = await isPassword(await passwordHashOf(ctx, account.id), input.current);
    return { budget, isRight, hash: isRight ? await hashPassword(input.password) : null, epoch: account.authEpoch };
  },
  async (ctx: Ctx, _input: Input<typeof access.changePassword>, ready: Ready): Promise<Output<typeof access.changePassword>> => {
    await requireBudget(ctx.db, ready.budget, ctx.now, ctx.db.sql.forUpdate);
    const account = await ownAccount(ctx, ctx.db.sql.forUpdate);
    if (!ready.isRight || ready.hash === null || account.authEpoch !== ready.epoch) {
      await countFailure(ctx.db, ready.budget, ctx.now);
      ctx.audit("access.sign_in_refused", { kind: "sign_in", id: ctx.newId() }, { after: { reason: "wrong_current_password", accountId: account.id }, subject: account.personId });
      throw new CommittedRefusal(fail.password_wrong());
    }
    await countSuccess(ctx.db, ready.budget);
    await setNewPassword(ctx, account, ready.hash);
    return enter(ctx, account.id, account.personId);
  },
);

/** A new password: earlier ones, start links, devices and logins end. */
export async function setNewPassword(ctx: Ctx, account: Account, hash: string): Promise<void> {
  await setPassword(ctx, account.id, hash);
  const after = await updateAccount(ctx, account, { newEpoch: true });
  await endLogins(ctx.db, account.id, ctx.now);
  ctx.audit("access.password_set", { kind: "account", id: account.id, version: after.version }, { before: accountState(account), after: accountState(after), subject: account.personId });
  ctx.emit("access.login_revoked", { personId: account.personId, loginIds: null });
}

export async function ownLogins(ctx: Ctx): Promise<Output<typeof access.ownLogins>> {
  const account = await ownAccount(ctx);
  const rows = await liveLogins(ctx, account.id);
  return { rows: rows.map((r) => ({ ...r, isCurrent: r.id === ctx.actor.loginId })) };
}

export async function endOwnLogin(ctx: Ctx, input: Input<typeof access.endOwnLogin>): Promise<Output<typeof access.endOwnLogin>> {
  const account = await ownAccount(ctx);
  await ctx.db.run("UPDATE logins SET ended_at = ? WHERE id = ? AND account_id = ? AND ended_at IS NULL", [ctx.now, input.loginId, account.id]);
  ctx.audit("access.login_revoked", { kind: "login", id: input.loginId }, { subject: account.personId });
  ctx.emit("access.login_revoked", { personId: account.personId, loginIds: [input.loginId] });
  if (input.loginId === ctx.actor.loginId) ctx.setLogin(null);
  return {};
}

export async function endOtherLogins(ctx: Ctx): Promise<Output<typeof access.endOtherLogins>> {
  const account = await ownAccount(ctx);
  const ended = await endLogins(ctx.db, account.id, ctx.now, ctx.actor.loginId);
  ctx.audit("access.login_revoked", { kind: "account_logins", id: ctx.newId() }, { after: { accountId: account.id, ended }, subject: account.personId });
  ctx.emit("access.login_revoked", { personId: account.personId, loginIds: null });
  return { ended };
}

export async function chooseLanguage(ctx: Ctx, input: Input<typeof access.chooseLanguage>): Promise<Output<typeof access.chooseLanguage>> {
  const account = await ownAccount(ctx);
  const [was] = await byPerson(ctx, [account.personId]);
  if (!was) throw fail.person_missing();
  await changePerson(ctx, { personId: account.personId, version: was.personVersion, language: input.language });
  const [row] = await ctx.db.rows<{ language: string }>("SELECT coalesce(p.language, t.language) AS language FROM people p JOIN tenants t ON t.id = p.tenant_id WHERE p.id = ?", [account.personId]);
  return { language: row?.language ?? ctx.actor.language };
}
