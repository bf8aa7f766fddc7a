/** When a five-field cron expression fires, in UTC: no daylight saving, so no hour is missing or doubled. */
import { parse, validate } from "node-cron";

export interface Cron { readonly minutes: readonly number[]; readonly hours: readonly number[]; readonly days: ReadonlySet<number>; readonly months: ReadonlySet<number>; readonly weekdays: ReadonlySet<number>; readonly isAnyDay: boolean; readonly isAnyWeekday: boolean }

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
// The 29th of February comes at the latest after eight years.
const horizonDays = 366 * 8 + 1;

/** Throws for what is not a five-field expression. */
export function cron(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5 || !validate(expression) || /[LW#?]/i.test(fields[2] ?? "") || /[L#?]/i.test(fields[4] ?? "")) throw new Error(`"${expression}" is not a five-field cron expression`);
  const parsed = parse(expression);
  const numbers = (list: readonly (number | string)[]): number[] => list.map(Number).sort((a, b) => a - b);
  return {
    minutes: numbers(parsed.minute), hours: numbers(parsed.hour), days: new Set(numbers(parsed.dayOfMonth)), months: new Set(numbers(parsed.month)),
    weekdays: new Set(numbers(parsed.dayOfWeek).map((d) => d % 7)), isAnyDay: fields[2] === "*", isAnyWeekday: fields[4] === "*",
  };
}

/** As in cron: with both a day of the month and a weekday given, either is enough. */
function isOn(c: Cron, day: Date): boolean {
  if (!c.months.has(day.getUTCMonth() + 1)) return false;
  const byDay = c.days.has(day.getUTCDate());
  const byWeekday = c.weekdays.has(day.getUTCDay());
  return c.isAnyDay || c.isAnyWeekday ? byDay && byWeekday : byDay || byWeekday;
}

/** The last tick at or before `ms`; undefined if there was none in eight years. */
export function lastTick(c: Cron, ms: number): number | undefined {
  for (let start = Math.floor(ms / dayMs) * dayMs, n = 0; n < horizonDays; n++, start -= dayMs) {
    if (!isOn(c, new Date(start))) continue;
    for (const hour of c.hours.toReversed()) {
      for (const minute of c.minutes.toReversed()) {
        const at = start + (hour * 60 + minute) * minuteMs;
        if (at <= ms) return at;
      }
    }
  }
  return undefined;
}
