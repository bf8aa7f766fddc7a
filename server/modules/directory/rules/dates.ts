/** Dates as HR systems write them. A date is never guessed: what can be read two ways is asked. */

export type DateOrder = "dmy" | "mdy";
export interface DateProfile { iso: number; dotted: number; dmy: number; mdy: number; same: number; either: number; compact: number; serial: number; text: number; other: number }
export const emptyProfile = (): DateProfile => ({ iso: 0, dotted: 0, dmy: 0, mdy: 0, same: 0, either: 0, compact: 0, serial: 0, text: 0, other: 0 });

const months: Readonly<Record<string, number>> = {
  jan: 1, januar: 1, january: 1, jänner: 1, feb: 2, februar: 2, february: 2, mar: 3, mär: 3, mrz: 3, märz: 3, march: 3, maerz: 3, apr: 4, april: 4, may: 5, mai: 5, jun: 6, juni: 6, june: 6, jul: 7, juli: 7, july: 7,
  aug: 8, august: 8, sep: 9, sept: 9, september: 9, oct: 10, okt: 10, october: 10, oktober: 10, nov: 11, november: 11, dec: 12, dez: 12, december: 12, dezember: 12,
};

type Shape =
  | { readonly kind: "iso" | "dotted" | "compact" | "text"; readonly y: number; readonly m: number; readonly d: number; readonly short?: boolean }
  | { readonly kind: "slash"; readonly a: number; readonly b: number; readonly y: number; readonly short: boolean }
  | { readonly kind: "serial"; readonly days: number }
  | { readonly kind: "none" };

// A time of day, a zone or "00:00:00" after the date says nothing about the day.
const withoutTime = (s: string): string => s.replace(/[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm)?\s*(Z|[+-]\d{2}:?\d{2})?$/i, "").replace(/^(\d{4}-\d{2}-\d{2})([+-]\d{2}:\d{2}|Z)$/, "$1");

function shapeOf(text: string): Shape {
  const s = withoutTime(text.trim());
  let m = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(s);
  if (m) return { kind: "iso", y: Number(m[1]), m: Number(m[2]), d: Number(m[3]) };
  m = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})$/.exec(s);
  if (m) return { kind: "dotted", d: Number(m[1]), m: Number(m[2]), y: Number(m[3]), short: m[3]?.length === 2 };
  m = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$/.exec(s);
  if (m) return { kind: "slash", a: Number(m[1]), b: Number(m[2]), y: Number(m[3]), short: m[3]?.length === 2 };
  m = /^((?:19|20|21|99)\d{2})(\d{2})(\d{2})$/.exec(s);
  if (m) return { kind: "compact", y: Number(m[1]), m: Number(m[2]), d: Number(m[3]) };
  m = /^(\d{5})(?:[.,]\d+)?$/.exec(s);
  if (m && Number(m[1]) >= 10_000 && Number(m[1]) <= 80_000) return { kind: "serial", days: Number(m[1]) };
  m = /^(\d{1,2})[. -]+(\p{L}+)[. -]+(\d{4}|\d{2})$/u.exec(s);
  if (m && months[(m[2] ?? "").toLowerCase()] !== undefined) return { kind: "text", d: Number(m[1]), m: months[(m[2] ?? "").toLowerCase()] ?? 0, y: Number(m[3]), short: m[3]?.length === 2 };
  m = /^(\p{L}+)[. ]+(\d{1,2})(?:st|nd|rd|th)?[, ]+(\d{4})$/u.exec(s);
  if (m && months[(m[1] ?? "").toLowerCase()] !== undefined) return { kind: "text", m: months[(m[1] ?? "").toLowerCase()] ?? 0, d: Number(m[2]), y: Number(m[3]) };
  return { kind: "none" };
}

/** Counts what one cell tells about its column. */
export function observe(profile: DateProfile, cell: string): void {
  const first = cell.trim().charCodeAt(0);
  if (Number.isNaN(first)) return;
  const s = cell.length > 40 ? { kind: "none" as const } : shapeOf(cell);
  switch (s.kind) {
    case "none": profile.other++; return;
    case "slash":
      if (s.a > 12 && s.b <= 12) profile.dmy++;
      else if (s.b > 12 && s.a <= 12) profile.mdy++;
      else if (s.a > 12) profile.other++;
      else if (s.a === s.b) profile.same++;
      else profile.either++;
      return;
    default: profile[s.kind]++;
  }
}

export const datesIn = (p: DateProfile): number => p.iso + p.dotted + p.dmy + p.mdy + p.same + p.either + p.compact + p.serial + p.text;

/** Order of "03/04/2024" in a column: proven by a day above 12, not needed, or only a person can say. */
export function orderOf(p: DateProfile): DateOrder | "not_needed" | "ask" {
  if (p.dmy > 0 && p.mdy === 0) return "dmy";
  if (p.mdy > 0 && p.dmy === 0) return "mdy";
  return p.either > 0 ? "ask" : "not_needed";
}

export type DateReading =
  | { readonly day: string | null; readonly warning?: "two_digit_year" }
  | { readonly refused: "date_impossible" | "date_ambiguous" | "date_unreadable"; readonly readings?: readonly string[] };

const pad = (n: number, width = 2): string => String(n).padStart(width, "0");
function real(y: number, m: number, d: number): string | null {
  if (y < 1900 || y > 2199) return null;
  const t = new Date(Date.UTC(y, m - 1, d));
  return t.getUTCMonth() === m - 1 && t.getUTCDate() === d && m >= 1 ? `${pad(y, 4)}-${pad(m)}-${pad(d)}` : null;
}
/** Two digits: up to ten years ahead are this century, the rest the last. */
const century = (y: number, thisYear: number): number => (2000 + y <= thisYear + 10 ? 2000 + y : 1900 + y);

// Written by SAP and others for "no end" and "no date".
const noDate = /^(0{1,4}[-./]0{1,2}[-./]0{1,4}|0+|-+|n\/?a|null|none)$/i;
const forEver = /^(9999[-./]?12[-./]?31|31[-./]12[-./]9999|12\/31\/9999)/;

/** `order` decides "03/04/2024"; `thisYear` decides two-digit years. */
export function readDate(cell: string, order: DateOrder | "not_needed" | "ask", thisYear: number): DateReading {
  const text = cell.trim();
  if (text === "" || noDate.test(text) || forEver.test(text)) return { day: null };
  const s = shapeOf(text);
  if (s.kind === "none") return { refused: "date_unreadable" };
  if (s.kind === "serial") return { day: new Date(Date.UTC(1899, 11, 30) + s.days * 86_400_000).toISOString().slice(0, 10) };
  const year = s.short === true ? century(s.y, thisYear) : s.y;
  const done = (day: string | null): DateReading => day === null ? { refused: "date_impossible" } : s.short === true ? { day, warning: "two_digit_year" } : { day };
  if (s.kind !== "slash") return done(real(year, s.m, s.d));
  if (order === "dmy") return done(real(year, s.b, s.a));
  if (order === "mdy") return done(real(year, s.a, s.b));
  const dmy = real(year, s.b, s.a);
  const mdy = real(year, s.a, s.b);
  if (dmy !== null && mdy !== null && dmy !== mdy) return { refused: "date_ambiguous", readings: [dmy, mdy] };
  return done(dmy ?? mdy);
}
