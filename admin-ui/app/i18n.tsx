/** Languages in React: the table of the chosen language, `t`, and formatters that know language and zone. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useDirection } from "@mantine/core";
import type { ConsoleMessages } from "../../locales/console.d.ts";
import type { SharedMessages } from "../../locales/shared.d.ts";
import { directionOf, errorText, type Language, preferredLanguage, type Table, type Translate, translator } from "../../ui-shared/i18n.ts";
import { formatAgo, formatBytes, formatDay, formatInstant, formatMonth, formatNumber, formatPercent, formatSpan, formatTime, zoneName } from "../../ui-shared/format.ts";

export type Messages = ConsoleMessages & SharedMessages;
export type T = Translate<Messages>;
/** Keys that take no arguments: for texts chosen by a state or a column. */
export type PlainKey = { [K in keyof Messages]: Messages[K] extends undefined ? K : never }[keyof Messages];

export interface Formats {
  number(value: number, digits?: number): string;
  percent(share: number, digits?: number): string;
  day(day: string | null, weekday?: boolean): string;
  month(month: string): string;
  instant(instant: string | null, seconds?: boolean): string;
  time(instant: string): string;
  ago(instant: string): string;
  span(seconds: number): string;
  bytes(bytes: number): string;
  /** A label of a chart: kept whole where the page runs from the right and the drawing from the left. */
  label(text: string): string;
  /** Name of the zone instants are shown in. */
  zone: string;
}

interface I18n { readonly table: Table; readonly language: Language; readonly t: T; readonly f: Formats; readonly say: (code: string, status: number, values?: Readonly<Record<string, string | number>>) => string; setLanguage(language: Language): void; setZone(zone: string): void }

const loaders: Readonly<Record<Language, () => Promise<{ default: Table }>>> = {
  en: () => import("virtual:messages/en"), de: () => import("virtual:messages/de"), ar: () => import("virtual:messages/ar"),
};
const storageKey = "muster.language";
const Context = createContext<I18n | null>(null);

export async function firstTable(): Promise<{ language: Language; table: Table }> {
  const language = preferredLanguage(localStorage.getItem(storageKey), navigator.languages);
  return { language, table: (await loaders[language]()).default };
}

export function formatsFor(language: Language, zone: string): Formats {
  const dash = "–";
  return {
    number: (v, digits) => formatNumber(language, v, digits), percent: (v, digits) => formatPercent(language, v, digits),
    day: (d, weekday) => (d === null ? dash : formatDay(language, d, weekday)), month: (m) => formatMonth(language, m),
    instant: (i, seconds) => (i === null ? dash : formatInstant(language, i, zone, seconds)), time: (i) => formatTime(language, i, zone),
    ago: (i) => formatAgo(language, i, Date.now()), span: (s) => formatSpan(language, s), bytes: (b) => formatBytes(language, b), label: (text) => (language === "ar" ? `\u2067${text}\u2069` : text), zone: zoneName(zone),
  };
}

export function I18nProvider({ first, children }: { readonly first: { language: Language; table: Table }; readonly children: ReactNode }): ReactNode {
  const [{ language, table }, setState] = useState(first);
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { setDirection } = useDirection();
  useEffect(() => {
    document.documentElement.lang = language;
    setDirection(directionOf(language));
  }, [language, setDirection]);
  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(storageKey, next);
    void loaders[next]().then((m) => setState({ language: next, table: m.default }));
  }, []);
  const value = useMemo<I18n>(() => ({
    table, language, t: translator<Messages>(table), f: formatsFor(language, zone), say: (code, status, values) => errorText(table, code, status, values), setLanguage, setZone,
  }), [language, table, zone, setLanguage]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (value === null) throw new Error("useI18n outside I18nProvider");
  return value;
}
