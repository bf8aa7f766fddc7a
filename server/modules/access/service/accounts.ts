/** Who may sign in: opening, naming, ending and resuming accounts. */
import { createHash } from "node:crypto";
import { jcs } from "../../../kernel/jcs.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Input, Output } from "../../../kernel/contract.ts";
import type { access } from "../contract.ts";
import { fail } from "../failures.ts";
import { forgetName } from "../limiter.ts";
import { foldName, isAbove, permissionsOf } from "../rules.ts";
import { accountOfPerson, accountState, endCredentials, endLogins as endLoginsOf, findAccount, insertAccount, nameIsTaken, setPassword, updateAccount, type Account } from "../store/accounts.ts";
import { existing, insertAccounts, type NewAccount } from "../store/invitations.ts";
import { accountDetail, grantsOf, listAccounts, listGrants, liveLogins, tenantDay } from "../store/lists.ts";
import { requireOtherAdministrator } from "./grants.ts";

/** An account of somebody who may do more than the actor is not theirs to open, end or hand out. */
export async function requireNotAbove(ctx: Ctx, personId: string): Promise<void> {
  const held = permissionsOf((await grantsOf(ctx, [personId])).get(personId) ?? [], await tenantDay(ctx));
  if (isAbove(held, ctx.actor.permissions)) throw fail.above_you();
}

const saved = (a: Account): { id: string; state: "active" | "ended"; signInName: string } => ({ id: a.id, state: a.state, signInName: a.signInName });
function folded(signInName: string): string {
  const name = foldName(signInName);
  if (name === null) throw fail.name_invalid({ fields: [{ path: "signInName", code: "access.name_invalid", message: "is not a sign-in name" }] });
  return name;
}
async function requireFree(ctx: Ctx, name: string, exceptAccountId: string | null): Promise<void> {
  if (await nameIsTaken(ctx, name, exceptAccountId)) throw fail.name_taken({ fields: [{ path: "signInName", code: "access.name_taken", message: "is used by another account" }] });
}
async function lockedAccount(ctx: Ctx, accountId: string): Promise<Account> {
  const account = await findAccount(ctx, accountId, ctx.db.sql.forUpdate);
  if (!account) throw fail.account_missing();
  return account;
}
function note(ctx: Ctx, action: string, before: Account | null, after: Account, reason?: string): void {
  ctx.audit(action, { kind: "account", id: after.id, version: after.version }, {
    ...(before ? { before: accountState(before) } : {}), after: accountState(after), subject: after.personId, ...(reason === undefined ? {} : { reason }),
  });
}

export const accounts = (ctx: Ctx, input: Input<typeof access.accounts>): Promise<Output<typeof access.accounts>> => listAccounts(ctx, input);

export async function accountOf(ctx: Ctx, input: Input<typeof access.accountOf>): Promise<Output<typeof access.accountOf>> {
  const account = await accountDetail(ctx, input.personId);
  const { rows } = await listGrants(ctx, { personId: input.personId, state: "all", size: 200 });
  return { account, grants: rows, logins: account ? await liveLogins(ctx, account.id) : [] };
}

/** Opens one account, with a password already hashed or to be chosen by a start link. Returns its id. */
export async function openOne(ctx: Ctx, wanted: { readonly personId: string; readonly signInName: string; readonly passwordHash?: string }): Promise<Account> {
  const name = folded(wanted.signInName);
  if (await accountOfPerson(ctx, wanted.personId)) throw fail.account_exists();
  await requireFree(ctx, name, null);
  const account = await insertAccount(ctx, wanted.personId, name);
  note(ctx, "access.account_opened", null, account);
  if (wanted.passwordHash !== undefined) await setPassword(ctx, account.id, wanted.passwordHash);
  return account;
}

export async function openAccount(ctx: Ctx, input: Input<typeof access.openAccount>): Promise<Output<typeof access.openAccount>> {
  await requireNotAbove(ctx, input.personId);
  return saved(await openOne(ctx, input));
}

export interface OpenedAccount { readonly personId: string; readonly problem?: "name_taken" | "name_invalid" }

/** Opens accounts for many people at once; people who have one keep it. A name already in use, or used twice here, is reported and left out. */
export async function openMany(ctx: Ctx, rows: readonly { readonly personId: string; readonly signInName: string }[]): Promise<OpenedAccount[]> {
  const wanted = rows.map((r) => ({ personId: r.personId, signInName: foldName(r.signInName) }));
  const known = await existing(ctx, wanted.map((w) => ({ personId: w.personId, signInName: w.signInName ?? "" })));
  const taken = new Map(known.names);
  const fresh: NewAccount[] = [];
  const started = new Set<string>();
  const out = wanted.map(({ personId, signInName }): OpenedAccount => {
    if (known.people.has(personId) || started.has(personId)) return { personId };
    if (signInName === null) return { personId, problem: "name_invalid" };
    if (taken.has(signInName)) return { personId, problem: "name_taken" };
    taken.set(signInName, personId);
    started.add(personId);
    fresh.push({ id: ctx.newId(), personId, signInName });
    return { personId };
  });
  for (let i = 0; i < fresh.length; i += 2_000) {
    const some = fresh.slice(i, i + 2_000);
    await insertAccounts(ctx, some);
    const digest = createHash("sha256");
    const states: Record<string, string> = {};
    for (const a of some) {
      const state = jcs(accountState({ ...a, state: "active" }));
      digest.update(`${a.id}${state}\n`);
      // Until an account gets an entry of its own, this one says what its row must be.
      states[a.id] = createHash("sha256").update(state).digest("base64url");
    }
    ctx.audit("access.accounts_opened", { kind: "accounts", id: ctx.newId() }, { after: { kind: "account", states }, rows: { count: some.length, digest: digest.digest("hex") } });
  }
  return out;
}

export async function renameAccount(ctx: Ctx, input: Input<typeof access.renameAccount>): Promise<Output<typeof access.renameAccount>> {
  const name = folded(input.signInName);
  const before = await lockedAccount(ctx, input.accountId);
  await requireNotAbove(ctx, before.personId);
  if (before.state === "active") await requireFree(ctx, name, before.id);
  await endCredentials(ctx, before.id, ["start_link"]);
  const after = await updateAccount(ctx, before, { signInName: name });
  note(ctx, "access.account_renamed", before, after, input.reason);
  return saved(after);
}

async function end(ctx: Ctx, before: Account, cause: "decision" | "employment", reason: string): Promise<Account> {
  await endCredentials(ctx, before.id, ["start_link", "device"]);
  const after = await updateAccount(ctx, before, { state: "ended", endCause: cause, newEpoch: true });
  await endLoginsOf(ctx.db, before.id, ctx.now);
  note(ctx, "access.account_ended", before, after, reason);
  ctx.emit("access.account_ended", { personId: before.personId, accountId: before.id });
  return after;
}

export async function endAccount(ctx: Ctx, input: Input<typeof access.endAccount>): Promise<Output<typeof access.endAccount>> {
  await requireOtherAdministrator(ctx, input.accountId);
  const before = await lockedAccount(ctx, input.accountId);
  if (before.state === "ended") throw fail.account_ended();
  await requireNotAbove(ctx, before.personId);
  return saved(await end(ctx, before, "decision", input.reason));
}

async function resume(ctx: Ctx, before: Account, reason: string): Promise<Account> {
  await requireFree(ctx, before.signInName, before.id);
  const after = await updateAccount(ctx, before, { state: "active", endCause: null, newEpoch: true });
  await forgetName(ctx.db, ctx.tenantId, before.signInName);
  note(ctx, "access.account_resumed", before, after, reason);
  return after;
}

export async function resumeAccount(ctx: Ctx, input: Input<typeof access.resumeAccount>): Promise<Output<typeof access.resumeAccount>> {
  const before = await lockedAccount(ctx, input.accountId);
  if (before.state === "active") throw fail.account_active();
  await requireNotAbove(ctx, before.personId);
  return saved(await resume(ctx, before, input.reason));
}

export async function endLogins(ctx: Ctx, input: Input<typeof access.endLogins>): Promise<Output<typeof access.endLogins>> {
  const account = await lockedAccount(ctx, input.accountId);
  await requireNotAbove(ctx, account.personId);
  const ended = await endLoginsOf(ctx.db, account.id, ctx.now, account.id === ctx.actor.accountId ? ctx.actor.loginId : null);
  ctx.audit("access.login_revoked", { kind: "account_logins", id: ctx.newId() }, { after: { accountId: account.id, ended }, subject: account.personId, reason: input.reason });
  ctx.emit("access.login_revoked", { personId: account.personId, loginIds: null });
  return { ended };
}

/** The last employment ended: out means out. The only administrator stays, visibly: nobody else could let anybody in again. */
export async function endWithEmployment(ctx: Ctx, personId: string): Promise<void> {
  const account = await accountOfPerson(ctx, personId);
  if (account?.state !== "active") return;
  const refusal = await requireOtherAdministrator(ctx, account.id).then(() => null, (error: unknown) => error);
  if (refusal !== null) {
    ctx.audit("access.account_kept", { kind: "account_kept", id: ctx.newId() }, { after: { accountId: account.id, reason: "last_administrator" }, subject: personId });
    ctx.log.warn({ accountId: account.id }, "the employment of the only administrator ended; the account stays open");
    return;
  }
  const before = await lockedAccount(ctx, account.id);
  if (before.state === "active") await end(ctx, before, "employment", "employment ended");
}

/** Rehired: the same account, with its password, if only the employment had ended it. */
export async function resumeWithEmployment(ctx: Ctx, personId: string): Promise<void> {
  const before = await accountOfPerson(ctx, personId, ctx.db.sql.forUpdate);
  if (before?.state !== "ended" || before.endCause !== "employment" || await nameIsTaken(ctx, before.signInName, before.id)) return;
  await resume(ctx, before, "employment started");
}
