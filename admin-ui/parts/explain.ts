/** Audiences and reasons in sentences. */
import type { Sentence, Why } from "../app/api.ts";
import type { T, PlainKey } from "../app/i18n.tsx";

type Explanation = Why["reasons"][number]["explanation"];

export function roleName(t: T, code: string): string {
  return ["administrator", "hr", "author", "manager", "auditor", "learner"].includes(code) ? t(`role.${code}` as PlainKey) : code;
}

export function audienceText(t: T, sentence: Sentence, language: string): string {
  const or = new Intl.ListFormat(language, { type: "disjunction" });
  const list = (names: readonly string[], count: number): string => or.format(names.length < count ? [...names, t("audience.more", { count: count - names.length })] : names);
  const parts = sentence.map((s) => {
    if (s.kind === "everyone") return t("audience.everyone");
    if (s.kind === "org_units") return s.withBelow ? t("audience.in_below", { names: list(s.names, s.count) }) : t("audience.in", { names: list(s.names, s.count) });
    if (s.kind === "positions") return t("audience.positions", { names: list(s.names, s.count) });
    if (s.kind === "roles") return t("audience.roles", { names: list(s.names.map((n) => roleName(t, n)), s.count) });
    return t("audience.people", { count: s.count, names: list(s.names.slice(0, 3), s.count) });
  });
  return or.format(parts);
}

export function reasonText(t: T, x: Explanation): string {
  if (x.kind === "everyone") return t("reason.everyone");
  if (x.kind === "org_unit") return x.withBelow ? t("reason.org_unit_below", { name: x.name ?? "" }) : t("reason.org_unit", { name: x.name ?? "" });
  if (x.kind === "position") return t("reason.position", { name: x.name ?? "" });
  if (x.kind === "role") return t("reason.role", { name: roleName(t, x.name ?? "") });
  return x.kind === "person" ? t("reason.person") : t("reason.by_hand");
}

type RuleTerms = Pick<NonNullable<Why["rule"]>, "due" | "validity">;
export function dueText(t: T, day: (d: string) => string, due: RuleTerms["due"]): string {
  return due.kind === "fixed" ? t("due.fixed", { day: day(due.on) }) : due.from === "hired" ? t("due.after_hired", { count: due.days }) : t("due.after_assigned", { count: due.days });
}
export function validityText(t: T, v: RuleTerms["validity"]): string {
  if (v.months === null) return t("validity.forever");
  return v.anchor === "completion" ? t("validity.from_completion", { count: v.months }) : t("validity.from_expiry", { count: v.months });
}
