/** How numbers, days, instants and spans are written. Pure; the current time is always given. */
import type { Language } from "./i18n.ts";

const tag: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE", ar: "ar-u-nu-latn" };
const cache = new Map<string, unknown>();
function cached<T>(key: string, make: () => T): T {
  const found = cache.get(key);
  if (found !== undefined) return found as T;
  const made = make();
  cache.set(key, made);
  return made;
}

export const formatNumber = (language: Language, value: number, digits = 0): string =>
  cached(`n${language}${digits}`, () => new Intl.NumberFormat(tag[language], { maximumFractionDigits: digits })).format(value);

/** `share` between 0 and 1. */
export const formatPercent = (language: Language, share: number, digits = 0): string =>
  cached(`p${language}${digits}`, () => new Intl.NumberFormat(tag[language], { style: "percent", maximumFractionDigits: digits })).format(share);

/** A calendar day: "Fri 31 Mar 2028". Days have no zone; they are read at noon UTC so that none shifts them. */
export const formatDay = (language: Language, day: string, weekday = true): string =>
  cached(`d${language}${weekday}`, () => new Intl.DateTimeFormat(tag[language], { ...(weekday ? { weekday: "short" as const } : {}), day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }))
    .format(new Date(`${day}T12:00:00Z`)).replaceAll(",", "");

/** "Mar 28": a month on an axis, from `YYYY-MM`. */
export const formatMonth = (language: Language, month: string): string =>
  cached(`m${language}`, () => new Intl.DateTimeFormat(tag[language], { month: "short", year: "2-digit", timeZone: "UTC" })).format(new Date(`${month.slice(0, 7)}-15T12:00:00Z`));

/** "Berlin" of "Europe/Berlin". */
export const zoneName = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** "25 Nov 2026, 04:17" in the given zone. */
export const formatInstant = (language: Language, instant: string, zone: string, seconds = false): string =>
  cached(`i${language}${zone}${seconds}`, () => new Intl.DateTimeFormat(tag[language], {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" as const } : {}), hourCycle: "h23", timeZone: zone,
  })).format(new Date(instant));

/** "10:42:03" in the given zone. */
export const formatTime = (language: Language, instant: string, zone: string): string =>
  cached(`t${language}${zone}`, () => new Intl.DateTimeFormat(tag[language], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone })).format(new Date(instant));

const spans = [["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]] as const;

/** "3 days ago", "in 2 hours": the largest useful unit. */
export function formatAgo(language: Language, instant: string, now: number): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const [unit, size] = spans.find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return cached(`a${language}`, () => new Intl.RelativeTimeFormat(tag[language], { numeric: "auto" })).format(Math.round(seconds / size), unit);
}

/** "2 hr", "45 sec": one length of time in its largest useful unit. */
export function formatSpan(language: Language, seconds: number, display: "short" | "long" = "long"): string {
  const [unit, size] = spans.slice(3).find(([, s]) => seconds >= s) ?? ["second", 1];
  return cached(`s${language}${unit}${display}`, () => new Intl.NumberFormat(tag[language], { style: "unit", unit, unitDisplay: display, maximumFractionDigits: unit === "hour" ? 1 : 0 })).format(seconds / size);
}

const sizes = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
export function formatBytes(language: Language, bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = sizes[power] ?? "byte";
  return cached(`b${language}${unit}`, () => new Intl.NumberFormat(tag[language], { style: "unit", unit, unitDisplay: power === 0 ? "long" : "short", maximumFractionDigits: power > 1 ? 1 : 0 })).format(bytes / 1000 ** power);
}
