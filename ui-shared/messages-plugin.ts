/**
 * Vite plugin: ICU catalogues in `locales/<language>/<name>.json` become functions at build, so no parser ships.
 * `import("virtual:messages/de")` gives one flat table of the wanted catalogues; `errors.json` keys get the prefix `error.`.
 * It also writes `locales/<name>.d.ts`, which types `t("people.title", { count })`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import MessageFormat from "@messageformat/core";
import compileModule from "@messageformat/core/compile-module.js";
import { parse, type Token } from "@messageformat/parser";
import type { Plugin } from "vite";

export const languages = ["en", "de", "ar"] as const;
export const catalogues = ["console", "portal", "shared", "errors"] as const;
export type Catalogue = (typeof catalogues)[number];
export type Argument = "number" | "text";

const folder = fileURLToPath(new URL("../locales", import.meta.url));
const file = (language: string, name: Catalogue): string => path.join(folder, language, `${name}.json`);

export function readCatalogue(language: string, name: Catalogue): Record<string, string> {
  const at = file(language, name);
  if (!existsSync(at)) return {};
  return JSON.parse(readFileSync(at, "utf8")) as Record<string, string>;
}

/** Names and kinds of the arguments a message takes. */
export function argumentsOf(message: string): ReadonlyMap<string, Argument> {
  const found = new Map<string, Argument>();
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.type === "argument") found.set(token.arg, found.get(token.arg) ?? "text");
      else if (token.type === "function") found.set(token.arg, token.key === "number" ? "number" : (found.get(token.arg) ?? "text"));
      else if (token.type === "plural" || token.type === "selectordinal" || token.type === "select") {
        found.set(token.arg, token.type === "select" ? (found.get(token.arg) ?? "text") : "number");
        for (const branch of token.cases) visit(branch.tokens);
      }
    }
  };
  visit(parse(message));
  return found;
}

const typeName = (name: Catalogue): string => `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}Messages`;

/** The text of `locales/<name>.d.ts`. */
export function messageTypes(name: Catalogue): string {
  const lines = Object.entries(readCatalogue("en", name)).map(([key, message]) => {
    const taken = [...argumentsOf(message)].map(([arg, kind]) => `${arg}: ${kind === "number" ? "number" : "string | number"}`);
    return `  "${key}": ${taken.length === 0 ? "undefined" : `{ ${taken.join("; ")} }`};`;
  });
  return `// Generated from en/${name}.json by ui-shared/messages-plugin.ts; do not edit.\nexport interface ${typeName(name)} {\n${lines.join("\n")}\n}\n`;
}

/** Writes the types whose text has changed. */
export function writeMessageTypes(names: readonly Catalogue[] = catalogues): void {
  for (const name of names) {
    const at = path.join(folder, `${name}.d.ts`);
    const text = messageTypes(name);
    if (!existsSync(at) || readFileSync(at, "utf8") !== text) writeFileSync(at, text);
  }
}

function compiled(language: string, names: readonly Catalogue[]): string {
  const merged: Record<string, string> = {};
  for (const name of names) {
    for (const [key, message] of Object.entries(readCatalogue(language, name))) merged[name === "errors" ? `error.${key}` : key] = message;
  }
  return compileModule(new MessageFormat(language), merged);
}

export function messages(options: { readonly catalogues: readonly Catalogue[] }): Plugin {
  const virtual = "virtual:messages/";
  return {
    name: "muster-messages",
    buildStart() {
      writeMessageTypes(options.catalogues);
    },
    resolveId(id, importer) {
      if (id.startsWith(virtual)) return `\0${id}`;
      // The runtime is imported from a virtual module, which lies in no folder: resolve it from here.
      if (id.startsWith("@messageformat/runtime") && importer?.startsWith(`\0${virtual}`)) return this.resolve(id, fileURLToPath(import.meta.url), { skipSelf: true });
      return undefined;
    },
    load(id) {
      if (!id.startsWith(`\0${virtual}`)) return undefined;
      const language = id.slice(virtual.length + 1);
      for (const name of options.catalogues) this.addWatchFile(file(language, name));
      return compiled(language, options.catalogues);
    },
    handleHotUpdate({ file: changed, server }) {
      if (!changed.startsWith(folder) || !changed.endsWith(".json")) return;
      writeMessageTypes(options.catalogues);
      server.moduleGraph.invalidateAll();
      server.ws.send({ type: "full-reload" });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeMessageTypes();
