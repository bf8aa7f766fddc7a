import type { Condition, Requirement, Rule } from "../../app/api.ts";

export type Branch = Condition["any"][number];
export interface Terms {
  readonly title: string; readonly reason: string; readonly courseId: string; readonly audience: Condition; readonly due: Rule["due"]; readonly validity: Rule["validity"]; readonly graceDays: number; readonly windowDays: number;
}

export const blankTerms = (courseId: string): Terms => ({
  title: "", reason: "", courseId, audience: { any: [{ kind: "everyone" }] }, due: { kind: "relative", days: 30, from: "assigned" }, validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
});

/** The draft, else the live rule, as a start for changes. */
export function termsOf(r: Requirement): Terms {
  const rule = r.draft ?? r.live;
  const blank = blankTerms(r.course.id);
  if (rule === null) return { ...blank, title: r.title, reason: r.reason };
  return { title: r.title, reason: r.reason, courseId: r.course.id, audience: rule.audience, due: rule.due, validity: rule.validity, graceDays: rule.graceDays, windowDays: rule.windowDays };
}

const isFull = (b: Branch): boolean => b.kind === "everyone" || (b.kind === "positions" ? b.values.length > 0 : b.kind === "roles" ? b.codes.length > 0 : b.ids.length > 0);
/** Does every part of the condition name somebody? */
export const isAskable = (c: Condition): boolean => c.any.length > 0 && c.any.every(isFull);
