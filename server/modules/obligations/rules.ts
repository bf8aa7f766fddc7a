/** Pure decisions about days, zones, validity and status (domain.md, section 5). No I/O, no clock. */
import { msBetween } from "../../kernel/clock.ts";
import { Temporal } from "temporal-polyfill";
import type { DueRule, Validity } from "../requirements/contract.ts";
import type { Due, Flag, Status } from "./contract.ts";

/** Stored beside every resolved instant: zone rules change, and then the instant tells by which it was made. */
export const zoneDb = process.versions.tz ?? "unknown";
/** Stands for "for ever" where an instant is compared. */
export const forEver = "9999-12-31T23:59:59.999Z";
/** A first cycle is due no earlier than this many days after it opens (setting `obligations.floor_days` of the tenant). */
export const floorDaysDefault = 14;
/** After its last reason ended, an open cycle sleeps this long before it closes as withdrawn. */
export const sleepMs = 24 * 3_600_000;
const soonMs = 7 * 24 * 3_600_000;

const iso = (t: Temporal.ZonedDateTime): string => t.toInstant().toString({ fractionalSecondDigits: 3 });
const memo = new Map<string, unknown>();
/** Zones and days repeat by the ten thousand; a zone lookup costs some 20 µs. Values depend on the key alone. */
function remembered<T>(key: string, make: () => T): T {
  const known = memo.get(key);
  if (known !== undefined) return known as T;
  if (memo.size > 20_000) memo.clear();
  const made = make();
  memo.set(key, made);
  return made;
}

/** The instant a local day begins in a zone. */
export const startOfDay = (on: string, zone: string): string =>
  remembered(`s${zone}${on}`, () => iso(Temporal.PlainDate.from(on).toZonedDateTime({ timeZone: zone })));

/** The day itself, or the next one that exists there (Apia had no 30 December 2011). */
export const existingDay = (on: string, zone: string): string =>
  remembered(`x${zone}${on}`, () => Temporal.PlainDate.from(on).toZonedDateTime({ timeZone: zone }).toPlainDate().toString());

/** First instant after which that local day does not occur again: the exclusive end of a due day or a validity. */
export const endOfDay = (on: string, zone: string): string => remembered(`e${zone}${on}`, () => {
  const day = Temporal.PlainDate.from(existingDay(on, zone));
  const next = day.add({ days: 1 });
  const midnight = next.toPlainDateTime();
  const later = midnight.toZonedDateTime(zone, { disambiguation: "later" });
  // The clock may go back across midnight: then the day comes a second time and ends with the later midnight.
  const comesAgain = later.subtract({ nanoseconds: 1 }).toPlainDate().equals(day);
  return iso(comesAgain ? later : next.toZonedDateTime({ timeZone: zone }));
});

/** A clock time on a day: shifted forward in a gap; in an overlap the later one for a due time, the earlier for a start. */
export const clockTime = (local: string, zone: string, as: "due" | "start"): string => {
  const t = Temporal.PlainDateTime.from(local);
  const later = t.toZonedDateTime(zone, { disambiguation: "later" });
  // In a gap both answers differ from what was asked; "compatible" moves forward by the gap.
  if (!later.toPlainDateTime().equals(t)) return iso(t.toZonedDateTime(zone, { disambiguation: "compatible" }));
  return iso(as === "due" ? later : t.toZonedDateTime(zone, { disambiguation: "earlier" }));
};

export const dayIn = (instant: string, zone: string): string => Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
export const addDays = (on: string, days: number): string => Temporal.PlainDate.from(on).add({ days }).toString();

/** Monday of the week of a day (ISO 8601). */
export const mondayOf = (on: string): string => addDays(on, 1 - Temporal.PlainDate.from(on).dayOfWeek);

/**
 * `months` after `from`, on `anchorDay` (the day of the month that is kept), clamped to the month's end.
 * `day_before` takes one off the anchor day first; day 0 is the last day of the month before.
 */
export function addMonths(from: string, months: number, anchorDay = Number(from.slice(8)), endRule: "same_day" | "day_before" = "same_day"): string {
  const first = Temporal.PlainDate.from(from).with({ day: 1 }).add({ months });
  const day = endRule === "day_before" ? anchorDay - 1 : anchorDay;
  return (day === 0 ? first.subtract({ days: 1 }) : first.with({ day: Math.min(day, first.daysInMonth) })).toString();
}

export interface Previous { readonly validThroughOn: string; readonly anchorOn: string }
export interface Earned { readonly validThroughOn: string | null; readonly anchorOn: string }

/** The validity a completion earns under a rule: the last valid day, and the date whose day of the month later periods keep. */
export function earnedValidity(rule: Validity, windowDays: number, achievedOn: string, previous: Previous | null): Earned {
  if (rule.months === null) return { validThroughOn: null, anchorOn: achievedOn };
  const keeps = rule.anchor === "previous_expiry" && previous !== null && achievedOn <= previous.validThroughOn && achievedOn >= addDays(previous.validThroughOn, -windowDays);
  if (!keeps || previous === null) return { validThroughOn: addMonths(achievedOn, rule.months), anchorOn: achievedOn };
  return { validThroughOn: addMonths(previous.validThroughOn, rule.months, Number(previous.anchorOn.slice(8))), anchorOn: previous.anchorOn };
}

/** The renewal window opens at the start of (expiry - window days). */
export const renewsAt = (validThroughOn: string, windowDays: number, zone: string): string => startOfDay(addDays(validThroughOn, -windowDays), zone);

export interface Resolved { readonly on: string; readonly at: string }
export const resolved = (on: string, zone: string): Resolved => ({ on: existingDay(on, zone), at: endOfDay(on, zone) });

/** The day a rule names for somebody hired on `hiredOn`; null when it needs a hire day that is missing. */
export function dueOf(rule: DueRule, zone: string, hiredOn: string | null, now: string): Resolved | null {
  if (rule.kind === "fixed") return resolved(rule.on, zone);
  const from = rule.from === "hired" ? hiredOn : dayIn(now, zone);
  return from === null ? null : resolved(addDays(from, rule.days), zone);
}

/** Realistic floor: nobody gets less than `days` days from today when a first cycle opens or a date is moved nearer. */
export const floorOf = (zone: string, now: string, days: number): Resolved => resolved(addDays(dayIn(now, zone), days), zone);

/** Past this instant an open cycle is overdue. Grace never prolongs a validity. */
export const overdueAt = (dueOn: string, graceDays: number, zone: string): string => endOfDay(addDays(dueOn, graceDays), zone);

export interface Standing {
  readonly endedAt: string | null;
  /** Latest validity over unrevoked proofs; null when there is none. */
  readonly coveredUntil: string | null;
  /** Was there ever a completion that counted? */
  readonly wasCovered: boolean;
  readonly open: { readonly due: Due; readonly overdueAt: string | null; readonly isRenewal: boolean } | null;
}

/** Exactly one status, and for `open` what it is like (domain.md 3.9). */
export function standingAt(o: Standing, now: string): { readonly status: Status; readonly flags: Flag[] } {
  if (o.endedAt !== null && o.endedAt <= now) return { status: "not_owed", flags: [] };
  const flags: Flag[] = [];
  const compliant = o.coveredUntil !== null && o.coveredUntil > now;
  if (o.open) {
    const { due, overdueAt: late } = o.open;
    if (o.open.isRenewal) flags.push("renewal");
    if (due.at === null) flags.push("unresolved");
    else if (due.at > now) {
      flags.push("not_due");
      if (msBetween(now, due.at) <= soonMs) flags.push("due_soon");
    } else flags.push(late !== null && late <= now ? "overdue" : "grace");
  }
  if (!compliant && o.wasCovered) flags.push("lapsed");
  return { status: compliant ? "compliant" : "open", flags };
}

const rank = (flags: readonly Flag[]): number => (flags.includes("overdue") ? 0 : flags.includes("grace") ? 1 : flags.includes("unresolved") ? 3 : 2);
/** Order of urgency: overdue, in grace, by due instant, then what has no date. */
export const moreUrgent = (a: { flags: readonly Flag[]; due: Due }, b: { flags: readonly Flag[]; due: Due }): number =>
  rank(a.flags) - rank(b.flags) || (a.due.at ?? forEver).localeCompare(b.due.at ?? forEver);
