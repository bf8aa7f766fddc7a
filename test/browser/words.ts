/** The words of both interfaces as their readers see them, so that a test names a button by its key and reads it by its text. */
import { readFileSync } from "node:fs";
import MessageFormat from "@messageformat/core";
import type { Language } from "../../ui-shared/i18n.ts";

export type Face = "console" | "portal";
type Values = Readonly<Record<string, string | number>>;

const catalogue = (language: Language, name: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../locales/${language}/${name}.json`, import.meta.url), "utf8")) as Record<string, string>;
const read = new Map<string, Readonly<Record<string, string>>>();

export function messages(face: Face, language: Language): Readonly<Record<string, string>> {
  const key = `${face} ${language}`;
  let found = read.get(key);
  if (found === undefined) {
    found = { ...catalogue(language, "shared"), ...catalogue(language, face) };
    read.set(key, found);
  }
  return found;
}

const say = (face: Face, language: Language, key: string, values?: Values): string => {
  // As the interfaces do: a message that is missing shows its key, which the test of languages finds.
  const message = messages(face, language)[key];
  if (message === undefined) return key;
  return new MessageFormat(language).compile(message)(values ?? {});
};

export const inConsole = (key: string, values?: Values): string => say("console", "en", key, values);
export const inPortal = (key: string, values?: Values): string => say("portal", "en", key, values);
