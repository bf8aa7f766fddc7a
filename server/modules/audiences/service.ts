import { jcs } from "../../kernel/jcs.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { Input, Output } from "../../kernel/contract.ts";
import { Explanation, type Condition, type Sentence, type contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { keysOf, sentenceOf, type Unit } from "./rules.ts";
import { membersSelect, type Sql } from "./select.ts";
import * as store from "./store.ts";

/** Stored JSON comes back as text on one dialect and parsed on the other. */
export const explanationOf = (stored: unknown): Explanation => Explanation.parse(typeof stored === "string" ? JSON.parse(stored) : stored);

/** A compiled condition: rows of (person_id, employment_id, explanation), for all or for those of a SELECT of `person_id`. */
export interface Audience { members(among?: Sql): Sql }

/** What a read needs; both an operation and its preparation have it. */
export type Reading = Pick<Ctx, "db" | "tenantId" | "now">;

export async function compile(ctx: Reading, condition: Condition): Promise<Audience> {
  const needsUnits = condition.any.some((b) => b.kind === "org_units");
  const keys = keysOf(condition, needsUnits ? await store.orgUnits(ctx) : []);
  return { members: (among) => membersSelect(ctx.db, ctx.tenantId, ctx.now.slice(0, 10), keys, among ?? null) };
}

async function namesOf(ctx: Ctx, conditions: readonly Condition[], units: readonly Unit[]): Promise<Map<string, string>> {
  const people = conditions.flatMap((c) => c.any.flatMap((b) => (b.kind === "people" ? b.ids.slice(0, 20) : [])));
  const names = await store.personNames(ctx, people);
  for (const u of units) names.set(u.id, u.name);
  return names;
}

/** The words of several conditions, in their order. */
export async function sentences(ctx: Ctx, conditions: readonly Condition[]): Promise<Sentence[]> {
  const units = conditions.some((c) => c.any.some((b) => b.kind === "org_units")) ? await store.orgUnits(ctx) : [];
  const names = await namesOf(ctx, conditions, units);
  return conditions.map((c) => sentenceOf(c, names));
}

/** Refuses ids of org units and people that do not exist in this tenant, each at its field. */
export async function checkNames(ctx: Ctx, condition: Condition, field: string): Promise<void> {
  const units = condition.any.some((b) => b.kind === "org_units") ? new Set((await store.orgUnits(ctx)).map((u) => u.id)) : new Set<string>();
  const people = await store.personNames(ctx, condition.any.flatMap((b) => (b.kind === "people" ? b.ids : [])));
  const faults = condition.any.flatMap((b, i) => {
    if (b.kind !== "org_units" && b.kind !== "people") return [];
    const unknown = b.ids.filter((id) => (b.kind === "people" ? !people.has(id) : !units.has(id)));
    return unknown.length === 0 ? [] : [{ path: `${field}.any.${i}.ids`, code: "unknown_id", message: `names ${unknown.length} that do not exist` }];
  });
  if (faults.length > 0) throw fail.unknown_name({ fields: faults });
}

export async function preview(ctx: Ctx, { condition }: Input<typeof contract.preview>): Promise<Output<typeof contract.preview>> {
  await checkNames(ctx, condition, "condition");
  const members = (await compile(ctx, condition)).members();
  const rows = await store.sample(ctx, members, 10);
  return {
    peopleCount: await store.countPeople(ctx, members), sentence: (await sentences(ctx, [condition]))[0] ?? [],
    sample: rows.map((r) => ({ personId: r.person_id, displayName: r.display_name, orgUnit: r.org_unit, position: r.position, why: explanationOf(r.explanation) })),
  };
}

export async function values(ctx: Ctx): Promise<Output<typeof contract.values>> {
  const found = await store.namable(ctx);
  return {
    orgUnits: found.orgUnits.map((u) => ({ id: String(u["id"]), name: String(u["name"]), path: String(u["path"]), parentId: (u["parent_id"] as string | null) ?? null, peopleCount: Number(u["n"]) })),
    positions: found.positions.map((p) => ({ value: String(p["position"]), peopleCount: Number(p["n"]) })),
    roles: found.roles.map((r) => ({ code: String(r["role"]), peopleCount: Number(r["n"]) })),
  };
}

/** Keeps a named audience with its first edition. */
export async function define(ctx: Ctx, name: string, condition: Condition): Promise<{ audienceId: string; ruleId: string }> {
  await checkNames(ctx, condition, "audience");
  const audienceId = await store.insertAudience(ctx, name);
  return { audienceId, ruleId: await store.insertRule(ctx, audienceId, 1, condition) };
}

/** The edition that says this: the last one if it says the same, else a new one. Earlier editions stay as they were. */
export async function redefine(ctx: Ctx, audienceId: string, condition: Condition): Promise<string> {
  await checkNames(ctx, condition, "audience");
  const last = await store.lastEdition(ctx, audienceId);
  if (last && jcs(last.condition) === jcs(condition)) return last.ruleId;
  return store.insertRule(ctx, audienceId, (last?.edition ?? 0) + 1, condition);
}

export const conditionsOf = store.conditionsOf;
export const countPeople = store.countPeople;
