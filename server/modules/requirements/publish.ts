/** What rollouts and obligations ask: the rule that is drafted, the rules in force, and the step from one to the other. */
import type { Ctx } from "../../kernel/ctx.ts";
import { conditionsOf } from "../audiences/index.ts";
import type { Condition } from "../audiences/contract.ts";
import { fail } from "./failures.ts";
import { find, findRule, live, rulesOf, update, updateRule, type RequirementRecord, type RuleRecord } from "./store.ts";

/** A requirement with one of its rules and what that rule says of the audience. */
export interface Terms { readonly requirement: RequirementRecord; readonly rule: RuleRecord; readonly condition: Condition }

async function withCondition(ctx: Ctx, found: readonly { requirement: RequirementRecord; rule: RuleRecord }[]): Promise<Terms[]> {
  const conditions = await conditionsOf(ctx, found.map((f) => f.rule.audienceRuleId));
  return found.flatMap((f) => {
    const condition = conditions.get(f.rule.audienceRuleId);
    return condition ? [{ ...f, condition }] : [];
  });
}

export const liveTerms = async (ctx: Ctx): Promise<Terms[]> => withCondition(ctx, await live(ctx));

export async function termsOf(ctx: Ctx, requirementId: string, ruleId: string): Promise<Terms> {
  const requirement = await find(ctx, requirementId);
  const rule = await findRule(ctx, ruleId);
  const [terms] = requirement && rule && rule.requirementId === requirementId ? await withCondition(ctx, [{ requirement, rule }]) : [];
  if (!terms) throw fail.unknown();
  return terms;
}

export async function draftTerms(ctx: Ctx, requirementId: string): Promise<Terms> {
  const requirement = await find(ctx, requirementId);
  if (!requirement) throw fail.unknown();
  if (requirement.state === "withdrawn") throw fail.withdrawn();
  const draft = (await rulesOf(ctx, [requirementId])).find((r) => r.state === "draft");
  const [terms] = draft ? await withCondition(ctx, [{ requirement, rule: draft }]) : [];
  if (!terms) throw fail.no_draft();
  return terms;
}

/** Makes a draft the rule in force, on this day; the one before it ends. Only a rollout that starts calls this. */
export async function publishRule(ctx: Ctx, terms: Terms, today: string): Promise<void> {
  const { requirement, rule } = terms;
  if (requirement.state === "withdrawn") throw fail.withdrawn();
  if (rule.state !== "draft") throw fail.no_draft();
  const before = (await rulesOf(ctx, [requirement.id])).find((r) => r.state === "live");
  if (before && !(await updateRule(ctx, before, { state: "ended" }))) throw fail.changed_meanwhile();
  if (!(await updateRule(ctx, rule, { state: "live", effectiveOn: today, publishedAt: ctx.now, publishedBy: ctx.actor.id }))) throw fail.changed_meanwhile();
  if (!(await update(ctx, requirement, { state: "live", liveRuleId: rule.id }))) throw fail.changed_meanwhile();
  ctx.audit("requirements.rule_published", { kind: "requirement", id: requirement.id, version: requirement.rowVersion + 1 }, {
    before: { state: requirement.state, edition: before?.edition ?? null }, after: { state: "live", edition: rule.edition, audience: terms.condition, due: rule.due, validity: rule.validity, graceDays: rule.graceDays, windowDays: rule.windowDays, effectiveOn: today },
  });
  ctx.emit("requirements.rule_published", { requirementId: requirement.id, ruleId: rule.id });
}
