/** How one duty is told: what, how long, until when, why, how far. */
import { Icon } from "./icon.tsx";
import type { api } from "./api.ts";
import { session } from "./session.ts";
import { day, dayOf, daysUntil, dueDay, minutes, moment, t } from "./words.ts";

export type Mine = Awaited<ReturnType<typeof api.obligations.mine>>;
export type Duty = NonNullable<Mine["next"]>;
export type Reason = Duty["why"][number];

export const isLate = (duty: Duty): boolean => duty.flags.includes("overdue") || duty.flags.includes("lapsed");

function reasonWords(reason: Reason): string {
  const name = reason.name ?? "";
  switch (reason.kind) {
    case "everyone": return t("why.everyone", { organisation: session.value?.organisation ?? "" });
    case "org_unit": return t("why.unit", { name });
    case "position": return t("why.position", { name });
    case "role": return t("why.role", { role: name });
    default: return t("why.person");
  }
}

export const why = (reasons: readonly Reason[]): string => reasons.map(reasonWords).filter((words, i, all) => all.indexOf(words) === i).join(" ");

/** "Due today", "3 days overdue": the nearness in words, beside the exact day. */
export function nearness(duty: Duty): string | null {
  const { on, zone } = duty.due;
  if (on === null) return null;
  const days = daysUntil(on, zone);
  if (duty.flags.includes("grace") && duty.overdueAt !== null) return t("due.grace", { day: dayOf(duty.overdueAt, duty.due.zone) });
  if (isLate(duty)) return days < 0 ? t("due.late", { days: -days }) : t("due.lateToday");
  return days <= 31 && days >= 0 ? t("due.in", { days }) : null;
}

const isNear = (duty: Duty): boolean => duty.due.on !== null && daysUntil(duty.due.on, duty.due.zone) <= 7;

export function DutyMeta({ duty }: { readonly duty: Duty }) {
  const near = nearness(duty);
  return (
    <p class="meta">
      <span><Icon name="clock" size={18} />{minutes(duty.course.minutes)}</span>
      {near !== null && <span class={`badge ${isLate(duty) ? "bad" : isNear(duty) ? "warn" : ""}`}>{near}</span>}
      {duty.due.on === null
        ? <span><Icon name="calendar" size={18} />{t("due.unresolved")}</span>
        : <span><Icon name="calendar" size={18} /><span>{t("due.by", { day: dueDay(duty.due.on, duty.due.zone) })}</span></span>}
    </p>
  );
}

/** Parts done of an attempt, drawn and said. */
export function Progress({ done, all, label }: { readonly done: number; readonly all: number; readonly label?: string }) {
  const words = label ?? t("progress", { done, all });
  return <div class="bar" role="progressbar" aria-valuemin={0} aria-valuemax={all} aria-valuenow={done} aria-valuetext={words} aria-label={words}><span style={{ width: `${all === 0 ? 0 : Math.round((done / all) * 100)}%` }} /></div>;
}

/** What is said about something met: until when, and when it comes again. */
export function metWords(duty: Duty): string {
  const parts = [duty.completedAt === null ? "" : t("met.on", { when: moment(duty.completedAt, duty.due.zone) })];
  if (duty.validThroughOn !== null) parts.push(t("met.through", { day: day(duty.validThroughOn) }));
  return parts.filter(Boolean).join(" · ");
}
