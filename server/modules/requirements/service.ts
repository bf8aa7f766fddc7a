import type { z } from "zod";
import type { Ctx } from "../../kernel/ctx.ts";
import { jcs } from "../../kernel/jcs.ts";
import type { Input, Output } from "../../kernel/contract.ts";
import { conditionsOf, define, redefine, sentences } from "../audiences/index.ts";
import { visiblePeople } from "../people/index.ts";
import { likeOf } from "../proofs/index.ts";
import type { Requirement, Rule, contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { figuresOf } from "./figures.ts";
import * as store from "./store.ts";

type Terms = Input<typeof contract.create>;

async function presented(ctx: Ctx, rules: readonly store.RuleRecord[]): Promise<Rule[]> {
  const conditions = await conditionsOf(ctx, rules.map((r) => r.audienceRuleId));
  const audience = (r: store.RuleRecord) => conditions.get(r.audienceRuleId) ?? { any: [] };
  const words = await sentences(ctx, rules.map(audience));
  return rules.map((r, i) => ({
    id: r.id, edition: r.edition, state: r.state, audience: audience(r), due: r.due, validity: r.validity, graceDays: r.graceDays, windowDays: r.windowDays, sentence: words[i] ?? [],
    effectiveOn: r.effectiveOn, createdAt: r.createdAt, createdBy: r.createdBy, publishedAt: r.publishedAt, publishedBy: r.publishedBy, rowVersion: r.rowVersion,
  }));
}

const seen = (ctx: Ctx) => visiblePeople(ctx, "requirements.read", "o.person_id");

async function one(ctx: Ctx, requirementId: string): Promise<z.input<typeof Requirement>> {
  const r = await store.find(ctx, requirementId);
  if (!r) throw fail.unknown();
  const rules = await presented(ctx, (await store.rulesOf(ctx, [r.id])).filter((x) => x.state === "draft" || x.id === r.liveRuleId));
  const course = (await store.courses(ctx, [r.courseId])).get(r.courseId);
  return {
    id: r.id, code: r.code, title: r.title, reason: r.reason, state: r.state, course: course ?? { id: r.courseId, code: "", title: "", state: "closed" },
    figures: (await store.figures(ctx, [r.id], seen(ctx))).get(r.id) ?? figuresOf(undefined),
    live: rules.find((x) => x.id === r.liveRuleId) ?? null, draft: rules.find((x) => x.state === "draft") ?? null, createdAt: r.createdAt, createdBy: r.createdBy, rowVersion: r.rowVersion,
  };
}
export const get = (ctx: Ctx, { requirementId }: Input<typeof contract.get>): Promise<Output<typeof contract.get>> => one(ctx, requirementId);

export async function editions(ctx: Ctx, { requirementId }: Input<typeof contract.editions>): Promise<Output<typeof contract.editions>> {
  return { rows: await presented(ctx, await store.rulesOf(ctx, [requirementId])) };
}

const orders = { title: "title, id", "-created": "created_at DESC, id DESC" } as const;
export async function list(ctx: Ctx, input: Input<typeof contract.list>): Promise<Output<typeof contract.list>> {
  const page = input.page ?? 1;
  const size = input.size ?? 50;
  const words = input.search?.trim() ?? "";
  const found = await store.list(ctx, { state: input.state, courseId: input.courseId, like: words === "" ? undefined : likeOf(words) }, orders[input.sort ?? "-created"], size, (page - 1) * size);
  const ids = found.rows.map((r) => r.id);
  const rules = await store.rulesOf(ctx, ids);
  // The rule a row shows: the live one (or the last that was), else the draft.
  const shown = found.rows.flatMap((r) => rules.filter((x) => x.requirementId === r.id && (r.liveRuleId === null ? x.state === "draft" : x.id === r.liveRuleId)).slice(0, 1));
  const words2 = new Map((await presented(ctx, shown)).map((r) => [r.id, r]));
  const figures = await store.figures(ctx, ids, seen(ctx));
  const courses = await store.courses(ctx, found.rows.map((r) => r.courseId));
  return {
    page, size, total: found.total,
    rows: found.rows.flatMap((r) => {
      const rule = words2.get(shown.find((x) => x.requirementId === r.id)?.id ?? "");
      const course = courses.get(r.courseId);
      return rule && course ? [{
        id: r.id, code: r.code, title: r.title, state: r.state, course, figures: figures.get(r.id) ?? figuresOf(undefined), due: rule.due, validity: rule.validity, sentence: rule.sentence,
        hasDraft: rules.some((x) => x.requirementId === r.id && x.state === "draft"), createdAt: r.createdAt,
      }] : [];
    }),
  };
}

const slug = (title: string): string => title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 30);

function check(terms: Pick<Terms, "validity">): void {
  if (terms.validity.months === null && terms.validity.anchor === "previous_expiry") {
    throw fail.previous_expiry_needs_months({ fields: [{ path: "validity.anchor", code: "needs_months", message: "counts from an expiry that never comes" }] });
  }
}

const ruleTerms = (t: Pick<Terms, "due" | "validity" | "graceDays" | "windowDays">) => ({ due: t.due, validity: t.validity, graceDays: t.graceDays, windowDays: t.windowDays });

export async function create(ctx: Ctx, input: Terms): Promise<Output<typeof contract.create>> {
  check(input);
  const requirementId = ctx.newId();
  const code = input.code ?? `${slug(input.title) || "requirement"}-${requirementId.slice(-5)}`;
  if (await ctx.db("requirements").where({ tenant_id: ctx.tenantId, code }).first("id")) throw fail.code_taken({ fields: [{ path: "code", code: "taken", message: "is taken" }] });
  const audience = await define(ctx, `requirement:${code}`, input.audience);
  await store.insert(ctx, {
    id: requirementId, tenantId: ctx.tenantId, code, title: input.title, reason: input.reason, state: "draft", courseId: input.courseId, liveRuleId: null, createdAt: ctx.now, createdBy: ctx.actor.id, rowVersion: 1,
  });
  const rule = draftOf(ctx, requirementId, 1, audience.audienceId, audience.ruleId, input);
  await store.insertRule(ctx, rule);
  ctx.audit("requirements.created", { kind: "requirement", id: requirementId, version: 1 }, { after: { code, title: input.title, reason: input.reason, courseId: input.courseId, edition: 1, audience: input.audience, ...ruleTerms(input) } });
  return one(ctx, requirementId);
}

const draftOf = (ctx: Ctx, requirementId: string, edition: number, audienceId: string, audienceRuleId: string, terms: Parameters<typeof ruleTerms>[0]): store.RuleRecord => ({
  id: ctx.newId(), tenantId: ctx.tenantId, requirementId, edition, audienceId, audienceRuleId, ...ruleTerms(terms), effectiveOn: null, state: "draft",
  createdAt: ctx.now, createdBy: ctx.actor.id, publishedAt: null, publishedBy: null, rowVersion: 1,
});

export async function change(ctx: Ctx, input: Input<typeof contract.change>): Promise<Output<typeof contract.change>> {
  check(input);
  const was = await store.find(ctx, input.requirementId);
  if (!was) throw fail.unknown();
  if (was.state === "withdrawn") throw fail.withdrawn();
  const rules = await store.rulesOf(ctx, [was.id]);
  const newest = rules[0];
  if (!newest) throw fail.unknown();
  const audienceRuleId = await redefine(ctx, newest.audienceId, input.audience);
  const draft = rules.find((r) => r.state === "draft");
  const current = rules.find((r) => r.id === was.liveRuleId);
  const terms = ruleTerms(input);
  const same = (r: store.RuleRecord): boolean => r.audienceRuleId === audienceRuleId && jcs(ruleTerms(r)) === jcs(terms);
  // Only words changed: the live rule says the same, so there is nothing to roll out.
  const isOnlyWords = !draft && current !== undefined && same(current);
  if (!(await store.update(ctx, { ...was, rowVersion: input.rowVersion }, { title: input.title, reason: input.reason }))) throw fail.changed_meanwhile();
  if (draft) await store.updateRule(ctx, draft, { audienceRuleId, ...terms });
  else if (!isOnlyWords) await store.insertRule(ctx, draftOf(ctx, was.id, newest.edition + 1, newest.audienceId, audienceRuleId, input));
  const before = draft ?? current;
  ctx.audit("requirements.changed", { kind: "requirement", id: was.id, version: input.rowVersion + 1 }, {
    before: { title: was.title, reason: was.reason, ...(before ? { edition: before.edition, audienceRuleId: before.audienceRuleId, ...ruleTerms(before) } : {}) },
    after: { title: input.title, reason: input.reason, edition: draft?.edition ?? (isOnlyWords ? newest.edition : newest.edition + 1), audience: input.audience, audienceRuleId, ...terms },
  });
  return one(ctx, was.id);
}

export async function withdraw(ctx: Ctx, input: Input<typeof contract.withdraw>): Promise<Output<typeof contract.withdraw>> {
  const was = await store.find(ctx, input.requirementId);
  if (!was) throw fail.unknown();
  if (was.state === "withdrawn") throw fail.withdrawn();
  // `live_rule_id` stays: it names the rule last in force, by which a sleeping cycle may still be settled.
  if (!(await store.update(ctx, was, { state: "withdrawn" }))) throw fail.changed_meanwhile();
  for (const rule of await store.rulesOf(ctx, [was.id])) if (rule.state === "live") await store.updateRule(ctx, rule, { state: "ended" });
  ctx.audit("requirements.withdrawn", { kind: "requirement", id: was.id, version: was.rowVersion + 1 }, { before: { state: was.state }, after: { state: "withdrawn" }, reason: input.reason });
  ctx.emit("requirements.withdrawn", { requirementId: was.id });
  return {};
}
