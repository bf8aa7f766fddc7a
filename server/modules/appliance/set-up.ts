/** First set-up: company, addresses and first administrator in one transaction, once. */
import type { Input, Output } from "../../kernel/contract.ts";
import { systemActor, type Ctx } from "../../kernel/ctx.ts";
import { ConfigError } from "../../kernel/config.ts";
import { Failure } from "../../kernel/errors.ts";
import { prepared } from "../../kernel/module.ts";
import { runUnit, type Kernel } from "../../kernel/unit.ts";
import { grantRole, hashPassword, openAccount, passwordFault } from "../access/index.ts";
import { recordPerson } from "../people/index.ts";
import type { appliance, SetUpInput } from "./contract.ts";
import { fail } from "./failures.ts";
import { endSetUpToken, isSetUpToken } from "./set-up-token.ts";
import { openTenant, setInstanceFact, tenantState } from "./store.ts";

const reason = "first set-up";
type Company = Omit<SetUpInput, "token" | "password" | "publicUrl" | "contentUrl"> & { readonly publicUrl?: string; readonly contentUrl?: string };

export async function setUpState(ctx: Ctx): Promise<Output<typeof appliance.setUpState>> {
  return { state: await tenantState(ctx) === "new" ? "needed" : "done" };
}

/** Whoever opens the tenant first wins; the others find it done, and nothing of theirs stays. */
async function found(ctx: Ctx, company: Company, passwordHash: string): Promise<void> {
  if (!(await openTenant(ctx, { name: company.companyName, zone: company.zone, language: company.language }))) throw fail.set_up_already();
  for (const [name, url] of [["chosen_public_url", company.publicUrl], ["chosen_content_url", company.contentUrl]] as const) if (url !== undefined) await setInstanceFact(ctx.db, name, url);
  await endSetUpToken(ctx.db);
  ctx.audit("appliance.set_up", { kind: "tenant", id: ctx.tenantId }, {
    reason, after: { name: company.companyName, zone: company.zone, language: company.language, publicUrl: company.publicUrl ?? null, contentUrl: company.contentUrl ?? null },
  });
  // Nobody is signed in yet; holding the token is the right to make the first administrator.
  const founding: Ctx = { ...ctx, actor: systemActor("set-up") };
  const personId = await recordPerson(founding, { givenName: company.givenName, familyName: company.familyName, email: company.email, language: company.language });
  await openAccount(founding, { personId, signInName: company.email, passwordHash });
  await grantRole(founding, { personId, role: "administrator", scope: "tenant", reason });
}

const ownWords = (c: Company): string[] => [c.companyName, c.givenName, c.familyName, c.email, c.email.split("@")[0] ?? ""];

export const setUp = prepared(
  async (ctx, input: Input<typeof appliance.setUp>): Promise<string> => {
    if (await tenantState(ctx) !== "new") throw fail.set_up_already();
    if (!(await isSetUpToken(ctx.db, input.token))) throw fail.token_wrong();
    if (input.publicUrl === input.contentUrl) throw fail.same_address({ fields: [{ path: "contentUrl", code: "appliance.same_address", message: "must differ from the public address" }] });
    const fault = passwordFault(input.password, ownWords(input));
    if (fault) throw new Failure(fault.kind, fault.code, fault.message, { ...fault.details, fields: [{ path: "password", code: fault.code, message: fault.message }] });
    return hashPassword(input.password);
  },
  async (ctx, input, passwordHash: string): Promise<Output<typeof appliance.setUp>> => {
    if (!(await isSetUpToken(ctx.db, input.token)) && await tenantState(ctx) === "new") throw fail.token_wrong();
    await found(ctx, input, passwordHash);
    return { state: "done", signInName: input.email, publicUrl: input.publicUrl };
  },
);

/** The same without a browser, from MUSTER_ADMIN_EMAIL and MUSTER_ADMIN_PASSWORD. True if this start did it. */
export async function setUpFromConfig(kernel: Kernel, admin: { readonly email: string; readonly password: { reveal(): string } }): Promise<boolean> {
  if (await tenantState({ db: kernel.database.read, tenantId: kernel.tenantId }) !== "new") return false;
  const company: Company = {
    companyName: "Muster", zone: Intl.DateTimeFormat().resolvedOptions().timeZone, language: "en", givenName: "First", familyName: "Administrator", email: admin.email,
  };
  const fault = passwordFault(admin.password.reveal(), ownWords(company));
  if (fault) throw new ConfigError(`MUSTER_ADMIN_PASSWORD: ${fault.message}`);
  const passwordHash = await hashPassword(admin.password.reveal());
  try {
    await runUnit(kernel, { actor: systemActor("set-up"), requestId: "set-up" }, (ctx) => found(ctx, company, passwordHash));
    return true;
  } catch (error) {
    // Another process of the same installation was faster.
    if (error instanceof Failure && error.code === "appliance.set_up_already") return false;
    throw error;
  }
}
