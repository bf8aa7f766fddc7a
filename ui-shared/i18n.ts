/** Languages without a framework: load one table, ask it by key. Both faces wrap this in their own way of re-rendering. */
export type Language = "en" | "de" | "ar";
export const languages: readonly Language[] = ["en", "de", "ar"];
/** Each language in its own words. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch", ar: "العربية" };
export const directionOf = (language: Language): "ltr" | "rtl" => (language === "ar" ? "rtl" : "ltr");

type Values = Readonly<Record<string, string | number>>;
export type Table = Readonly<Record<string, (values?: Values) => string>>;

/** `M` maps each key to its arguments (generated `locales/*.d.ts`); a key without arguments takes none. */
export type Translate<M> = <K extends keyof M & string>(key: K, ...values: M[K] extends undefined ? [] : [M[K]]) => string;

export function translator<M>(table: Table): Translate<M> {
  return (key, ...values) => table[key]?.(values[0] as Values | undefined) ?? key;
}

/** The text for an error code, with a plain sentence by status where the code is not in the catalogue. */
export function errorText(table: Table, code: string, status: number, values: Values = {}): string {
  const byCode = table[`error.${code}`];
  if (byCode) return byCode(values);
  const group = status === 0 ? "offline" : status === 403 ? "forbidden" : status === 404 ? "not_found" : status === 409 ? "conflict" : status >= 500 ? "server" : "refused";
  return table[`error.status.${group}`]?.(values) ?? code;
}

export const isLanguage = (value: unknown): value is Language => value === "en" || value === "de" || value === "ar";

/** The stored choice, else the browser's first known language, else English. */
export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0];
    if (isLanguage(base)) return base;
  }
  return "en";
}
