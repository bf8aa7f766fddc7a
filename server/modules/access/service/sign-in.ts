/** Signing in and out. A refusal says one thing, costs the same and is counted, whatever the reason was. */
import { shiftInstant } from "../../../kernel/clock.ts";
import type { Ctx, PrepareCtx } from "../../../kernel/ctx.ts";
import type { Input, Output } from "../../../kernel/contract.ts";
import { prepared } from "../../../kernel/module.ts";
import { CommittedRefusal } from "../../../kernel/unit.ts";
import type { access, SessionView } from "../contract.ts";
import { fail } from "../failures.ts";
import { isPassword } from "../hashing.ts";
import { budgetOf, countFailure, countSuccess, requireBudget, type Budget } from "../limiter.ts";
import { deviceMs, foldName } from "../rules.ts";
import { startLogin } from "../sessions.ts";
import { findForSignIn, insertCredential, signedIn, type SignInFacts } from "../store/accounts.ts";
import { isKnownDevice } from "../store/devices.ts";
import { sessionView } from "../store/lists.ts";
import { newToken, tokenHash } from "../tokens.ts";

interface Ready { readonly budget: Budget; readonly found: SignInFacts | undefined; readonly isRight: boolean; readonly isKnown: boolean }

/** Starts the login, hands over the cookie and says who it is. */
export async function enter(ctx: Ctx, accountId: string, personId: string): Promise<SessionView> {
  const started = await startLogin(ctx, accountId);
  await signedIn(ctx, accountId);
  ctx.setLogin(started.token, started.expiresAt);
  ctx.audit("access.signed_in", { kind: "login", id: started.loginId }, { after: { accountId }, subject: personId });
  ctx.emit("access.signed_in", { personId, accountId, loginId: started.loginId });
  const view = await sessionView(ctx, started.loginId);
  if (!view) throw fail.account_ended();
  return view;
}

/** Commits the count and the entry, then refuses. */
export async function refuse(ctx: Ctx, budget: Budget, found: Pick<SignInFacts, "accountId" | "personId"> | undefined, reason: string): Promise<never> {
  await countFailure(ctx.db, budget, ctx.now);
  ctx.audit("access.sign_in_refused", { kind: "sign_in", id: ctx.newId() },
    { after: { reason, accountId: found?.accountId ?? null }, ...(found ? { subject: found.personId } : {}) });
  ctx.emit("access.sign_in_refused", { reason, personId: found?.personId ?? null });
  throw new CommittedRefusal(fail.refused());
}

const reasonOf = (found: SignInFacts | undefined): string => (found === undefined ? "unknown_name" : found.passwordHash === null ? "no_password" : "wrong_password");

export const signIn = prepared(
  async (ctx: PrepareCtx, input: Input<typeof access.signIn>): Promise<Ready> => {
    const name = foldName(input.name);
    const found = name === null ? undefined : await findForSignIn(ctx, name);
    const isKnown = found !== undefined && ctx.device !== null && await isKnownDevice(ctx.db, found.accountId, ctx.device, ctx.now);
    const budget = budgetOf(ctx.tenantId, input.name, ctx.peer, isKnown ? ctx.device : null);
    await requireBudget(ctx.db, budget, ctx.now);
    return { budget, found, isKnown, isRight: await isPassword(found?.passwordHash ?? null, input.password) };
  },
  async (ctx: Ctx, input: Input<typeof access.signIn>, ready: Ready): Promise<Output<typeof access.signIn>> => {
    // Again, with the counters held: of many tries at once each one counts.
    await requireBudget(ctx.db, ready.budget, ctx.now, ctx.db.sql.forUpdate);
    if (!ready.found || !ready.isRight) return refuse(ctx, ready.budget, ready.found, reasonOf(ready.found));
    // The account may have ended, or its password changed, while the hash was computed.
    const name = foldName(input.name);
    const still = name === null ? undefined : await findForSignIn(ctx, name);
    if (still?.passwordId !== ready.found.passwordId || still.authEpoch !== ready.found.authEpoch) return refuse(ctx, ready.budget, ready.found, "changed");
    await countSuccess(ctx.db, ready.budget);
    if (!ready.isKnown) {
      const device = newToken("device");
      const until = shiftInstant(ctx.now, deviceMs);
      await insertCredential(ctx, ready.found.accountId, "device", tokenHash(device), until);
      ctx.setDevice(device, until);
    }
    return enter(ctx, ready.found.accountId, ready.found.personId);
  },
);

export async function signOut(ctx: Ctx): Promise<Output<typeof access.signOut>> {
  const { loginId, personId } = ctx.actor;
  if (loginId !== null) {
    await ctx.db.run("UPDATE logins SET ended_at = ? WHERE id = ? AND ended_at IS NULL", [ctx.now, loginId]);
    ctx.audit("access.signed_out", { kind: "login", id: loginId }, personId === null ? {} : { subject: personId });
    ctx.emit("access.login_revoked", { personId, loginIds: [loginId] });
  }
  ctx.setLogin(null);
  return {};
}

export async function session(ctx: Ctx): Promise<Output<typeof access.session>> {
  return { session: ctx.actor.loginId === null ? null : await sessionView(ctx, ctx.actor.loginId) };
}
