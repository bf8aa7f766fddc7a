import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { argumentsOf, catalogues, languages, messageTypes, readCatalogue } from "./messages-plugin.ts";

describe.each(catalogues)("catalogue %s", (name) => {
  const english = readCatalogue("en", name);

  it.each(languages.filter((language) => language !== "en"))("has the same keys and arguments in %s", (language) => {
    const other = readCatalogue(language, name);
    expect(Object.keys(other).toSorted()).toEqual(Object.keys(english).toSorted());
    for (const [key, message] of Object.entries(english)) {
      expect([key, [...argumentsOf(other[key] ?? "").keys()].toSorted()]).toEqual([key, [...argumentsOf(message).keys()].toSorted()]);
    }
  });

  it("has current types", () => {
    expect(readFileSync(fileURLToPath(new URL(`../locales/${name}.d.ts`, import.meta.url)), "utf8")).toBe(messageTypes(name));
  });

  it("leaves no message empty", () => {
    for (const language of languages) for (const [key, message] of Object.entries(readCatalogue(language, name))) expect([language, key, message.trim() !== ""]).toEqual([language, key, true]);
  });
});

it("saw messages at all", () => {
  expect(Object.keys(readCatalogue("en", "console")).length).toBeGreaterThan(100);
});
