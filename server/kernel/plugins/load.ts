/** Operators' plugins: a folder each, outside `node_modules`, with an `index.ts`, `index.js` or `index.mjs` whose default export is the plugin. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { PluginRefusal } from "./refusal.ts";
import type { Origin, Plugin } from "./types.ts";

export interface LoadedPlugin { readonly plugin: Plugin; readonly origin: Origin }

const Shape = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "must be lower-case letters, digits and hyphens"),
  title: z.string().min(1, "must not be empty").max(100),
  version: z.string().min(1, "must not be empty").max(40),
  contract: z.literal(1, "must be 1: this Muster speaks contract 1"),
  settings: z.custom<z.ZodObject>((v) => v instanceof z.ZodObject, "must be a zod object"),
  setup: z.custom<Plugin["setup"]>((v) => typeof v === "function", "must be a function"),
});

/** Names the first field that is not as the contract says. */
export function checkPlugin(value: unknown, name: string): Plugin {
  const parsed = Shape.safeParse(value);
  if (parsed.success) return value as Plugin;
  const issue = parsed.error.issues[0];
  const id = typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" ? value.id : name;
  throw new PluginRefusal(id, issue?.path.join(".") || "default export", issue?.message ?? "is not a plugin");
}

/** SHA-256 over the paths and bytes of every file below. */
export async function hashFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)).sort();
  for (const file of files) {
    const bytes = await readFile(file);
    hash.update(`${relative(folder, file)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

export async function loadFolder(folder: string): Promise<LoadedPlugin> {
  const name = basename(folder);
  const entry = ["index.ts", "index.js", "index.mjs"].map((f) => join(folder, f)).find((f) => existsSync(f));
  if (entry === undefined) throw new PluginRefusal(name, "MUSTER_PLUGINS", `${folder} has no index.ts, index.js or index.mjs`);
  const sha256 = await hashFolder(folder);
  let exported: { default?: unknown };
  try { exported = await import(pathToFileURL(entry).href) as { default?: unknown }; } catch (error) {
    throw new PluginRefusal(name, basename(entry), `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { plugin: checkPlugin(exported.default, name), origin: { kind: "folder", path: folder, sha256 } };
}
