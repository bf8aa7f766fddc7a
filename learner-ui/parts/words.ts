/** Languages of the portal: one table is loaded, the chosen one; pages are drawn again when it changes. */
import type { PortalMessages } from "../../locales/portal.d.ts";
import { directionOf, errorText, type Language, preferredLanguage, type Table, type Translate } from "../../ui-shared/i18n.ts";
import { formatAgo, formatDay, formatInstant, formatNumber, formatTime, zoneName } from "../../ui-shared/format.ts";
import { serverNow } from "./clock.ts";
import { signal } from "./signal.ts";
import { recall, remember } from "./store.ts";

const tables: Readonly<Record<Language, () => Promise<{ default: Table }>>> = {
  en: () => import("virtual:messages/en"),
  de: () => import("virtual:messages/de"),
  ar: () => import("virtual:messages/ar"),
};

let table: Table = {};
export const language = signal<Language>("en");

const kept = "muster.language";
export const firstLanguage = (): Language => preferredLanguage(recall(kept), navigator.languages);

/** Keeps the language in this browser, for the pages before the sign-in. */
export async function speak(wanted: Language, keep = false): Promise<void> {
  if (keep) remember(kept, wanted);
  if (wanted === language.value && table !== undefined && Object.keys(table).length > 0) return;
  table = (await tables[wanted]()).default;
  document.documentElement.lang = wanted;
  document.documentElement.dir = directionOf(wanted);
  language.value = wanted;
}

export const t: Translate<PortalMessages> = (key, ...values) => table[key]?.(values[0]) ?? key;
export const failureText = (code: string, status: number, values: Readonly<Record<string, string | number>> = {}): string => errorText(table, code, status, values);

/** The zone of this device, for moments that just happened. */
export const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const num = (value: number): string => formatNumber(language.value, value);
export const day = (on: string, weekday = true): string => formatDay(language.value, on, weekday);
/** "10:42:03" on this device's clock face. */
export const clockTime = (at: string | number): string => formatTime(language.value, typeof at === "number" ? new Date(at).toISOString() : at, ownZone);
export const moment = (at: string, zone = ownZone): string => formatInstant(language.value, at, zone);
export const ago = (at: string): string => formatAgo(language.value, at, serverNow());
/** A name in its own direction inside a sentence of another. */
const apart = (name: string): string => `\u2068${name}\u2069`;
/** "Fri 31 Mar 2028, end of day (Berlin)". */
export const dueDay = (on: string, zone: string): string => t("due.day", { day: day(on), zone: apart(zoneName(zone)) });
export const minutes = (count: number): string => t("minutes", { count });

/** The calendar day of an instant at a place, `YYYY-MM-DD`. */
const dayAt = (at: number, zone: string): string => new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));
/** "Fri 31 Mar 2028" of an instant, as the day is at that place. */
export const dayOf = (at: string, zone: string): string => day(dayAt(Date.parse(at), zone));

/** Whole days from today to `on`, both read in `zone`; negative when past. */
export function daysUntil(on: string, zone: string): number {
  const today = dayAt(serverNow(), zone);
  return Math.round((Date.parse(`${on}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000);
}
