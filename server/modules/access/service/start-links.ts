/** Start links: how a person gets a (new) password without ever having had one sent. */
import { setImmediate as turn } from "node:timers/promises";
import { createHash } from "node:crypto";
import { shiftInstant } from "../../../kernel/clock.ts";
import type { Ctx, PrepareCtx } from "../../../kernel/ctx.ts";
import type { FileReply, Input, Output } from "../../../kernel/contract.ts";
import { prepared } from "../../../kernel/module.ts";
import type { access } from "../contract.ts";
import { fail } from "../failures.ts";
import { hashPassword } from "../hashing.ts";
import { forgetName } from "../limiter.ts";
import { passwordFault } from "../passwords.ts";
import { isAbove, permissionsOf, startLinkMs } from "../rules.ts";
import { accountState, endCredentials, findAccount, findStartLink, insertCredential, ownWords, updateAccount, useStartLink } from "../store/accounts.ts";
import { publicAddress } from "../store/address.ts";
import { accountsWithoutPassword, insertStartLinks, type Invited } from "../store/invitations.ts";
import { grantsOf, tenantDay } from "../store/lists.ts";
import { isToken, newToken, tokenHash } from "../tokens.ts";
import { requireNotAbove } from "./accounts.ts";
import { setNewPassword } from "./own.ts";
import { enter } from "./sign-in.ts";

export const startPath = (token: string): string => `/start#${token}`;

export async function readStartLink(ctx: Ctx, input: Input<typeof access.readStartLink>): Promise<Output<typeof access.readStartLink>> {
  const link = isToken("start", input.token) ? await findStartLink(ctx, tokenHash(input.token), ctx.now) : undefined;
  if (!link) throw fail.link_unusable();
  return { personName: link.personName, signInName: link.signInName, expiresAt: link.expiresAt, hasPassword: link.hasPassword };
}

export const redeemStartLink = prepared(
  async (ctx: PrepareCtx, input: Input<typeof access.redeemStartLink>): Promise<string> => {
    // 166 random bits: there is nothing to guess, so no hash is spent on a wrong link.
    const link = isToken("start", input.token) ? await findStartLink(ctx, tokenHash(input.token), ctx.now) : undefined;
    if (!link) throw fail.link_unusable();
    const fault = passwordFault(input.password, await ownWords(ctx, link.personId));
    if (fault) throw fault;
    return hashPassword(input.password);
  },
  async (ctx: Ctx, input: Input<typeof access.redeemStartLink>, hash: string): Promise<Output<typeof access.redeemStartLink>> => {
    const secret = tokenHash(input.token);
    const link = await findStartLink(ctx, secret, ctx.now);
    const account = link && await findAccount(ctx, link.accountId, ctx.db.sql.forUpdate);
    // Using it and the check that it was usable are one statement: of two at once one is too late.
    if (account?.state !== "active" || !(await useStartLink(ctx, secret))) throw fail.link_unusable();
    await setNewPassword(ctx, account, hash);
    await forgetName(ctx.db, ctx.tenantId, account.signInName);
    return enter(ctx, account.id, account.personId);
  },
);

export async function createStartLink(ctx: Ctx, input: Input<typeof access.createStartLink>): Promise<Output<typeof access.createStartLink>> {
  const account = await findAccount(ctx, input.accountId, ctx.db.sql.forUpdate);
  if (!account) throw fail.account_missing();
  if (account.state !== "active") throw fail.account_ended();
  await requireNotAbove(ctx, account.personId);
  const token = newToken("start");
  const expiresAt = shiftInstant(ctx.now, startLinkMs);
  await endCredentials(ctx, account.id, ["start_link"]);
  await insertCredential(ctx, account.id, "start_link", tokenHash(token), expiresAt);
  const after = await updateAccount(ctx, account, {});
  ctx.audit("access.start_link_created", { kind: "account", id: account.id, version: after.version }, { before: accountState(account), after: accountState(after), subject: account.personId });
  return { token, path: startPath(token), expiresAt, signInName: account.signInName };
}

interface Batch { readonly links: readonly (Invited & { readonly token: string; readonly hash: string })[]; readonly csv: string }

const cell = (text: string): string => {
  // A spreadsheet runs cells that start with these; the apostrophe makes them text.
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const pauseEvery = 2_000;
/** In one file: what one unit writes well within its second. Asking again goes on with the rest. */
const mostLinks = 10_000;

/** Those with more rights than the actor are left out: nobody gets hold of an account that may do more than they. */
async function invited(ctx: PrepareCtx, again: boolean): Promise<Invited[]> {
  const all = await accountsWithoutPassword(ctx, again, mostLinks);
  const today = await tenantDay(ctx);
  const out: Invited[] = [];
  for (let i = 0; i < all.length; i += pauseEvery) {
    const some = all.slice(i, i + pauseEvery);
    const grants = await grantsOf(ctx, some.map((a) => a.personId));
    out.push(...some.filter((a) => !isAbove(permissionsOf(grants.get(a.personId) ?? [], today), ctx.actor.permissions)));
    await turn();
  }
  return out;
}

export const createStartLinks = prepared(
  async (ctx: PrepareCtx, input: Input<typeof access.createStartLinks>): Promise<Batch> => {
    const people = await invited(ctx, input.again === true);
    const origin = await publicAddress(ctx);
    const until = shiftInstant(ctx.now, startLinkMs);
    const links: (Invited & { token: string; hash: string })[] = [];
    const lines = ["\uFEFFname,sign_in_name,link,valid_until\r\n"];
    for (const person of people) {
      const token = newToken("start");
      links.push({ ...person, token, hash: tokenHash(token) });
      lines.push(`${cell(person.name)},${cell(person.signInName)},${origin}${startPath(token)},${until}\r\n`);
      if (links.length % pauseEvery === 0) await turn();
    }
    return { links, csv: lines.join("") };
  },
  async (ctx: Ctx, _input: Input<typeof access.createStartLinks>, batch: Batch): Promise<FileReply> => {
    await insertStartLinks(ctx, batch.links.map((l) => ({ accountId: l.accountId, hash: l.hash })), shiftInstant(ctx.now, startLinkMs));
    if (batch.links.length === 0) ctx.audit("access.start_links_created", { kind: "start_links", id: ctx.newId() }, { after: { count: 0 } });
    for (let i = 0; i < batch.links.length; i += pauseEvery) {
      const some = batch.links.slice(i, i + pauseEvery);
      const digest = createHash("sha256");
      for (const l of some) digest.update(`${l.accountId}\n`);
      ctx.audit("access.start_links_created", { kind: "start_links", id: ctx.newId() }, { rows: { count: some.length, digest: digest.digest("hex") } });
    }
    return { type: "text/csv; charset=utf-8", name: `start-links-${ctx.now.slice(0, 10)}.csv`, body: batch.csv };
  },
);
