/** Pure: the days and instants that charts count by, and cells that spreadsheets do not run. */
import { addDays, dayIn, mondayOf, startOfDay } from "../obligations/index.ts";

/** The last twelve month ends in a zone, the present day last: the day and the instant up to which it counts. */
export function monthPoints(now: string, zone: string): { on: string; at: string }[] {
  const today = dayIn(now, zone);
  const points = [{ on: today, at: now }];
  let first = `${today.slice(0, 8)}01`;
  while (points.length < 12) {
    const on = addDays(first, -1);
    points.unshift({ on, at: startOfDay(first, zone) });
    first = `${on.slice(0, 8)}01`;
  }
  return points;
}

/** Counts by week from this week's Monday on. */
export function byWeek(today: string, days: readonly { on: string; count: number }[], weeks: number): { from: string; dueCount: number }[] {
  const first = mondayOf(today);
  return Array.from({ length: weeks }, (_, i) => {
    const from = addDays(first, i * 7);
    const next = addDays(from, 7);
    return { from, dueCount: days.reduce((n, d) => (d.on >= from && d.on < next ? n + d.count : n), 0) };
  });
}

export type Cell = string | number | null;
/**
 * One CSV line (RFC 4180). Text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection);
 * fields are quoted so that separators, quotes and line breaks in names stay inside.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((c) => {
    if (c === null) return "";
    if (typeof c === "number") return String(c);
    const safe = /^[\s\p{Cc}\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/u.test(c) || /^[\t\r]/.test(c) ? `'${c}` : c;
    return /[",;\r\n\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }).join(",")}\r\n`;
}
