/**
 * Loads, checks and sets up plugins. Anything wrong with an enabled plugin stops the boot with its name and the field;
 * at run time its failures are counted and spare everybody else.
 */
import { z } from "zod";
import { ConfigError } from "../config.ts";
import { json, flag, table, text } from "../db/columns.ts";
import type { JobHandler, Schedule } from "../jobs/types.ts";
import type { Module } from "../module.ts";
import type { OutsideSubscriber } from "../outbox.ts";
import { crashing, recordCrash } from "./crashes.ts";
import { PluginGuard, type FailureCount } from "./guard.ts";
import { checkPlugin, loadFolder, type LoadedPlugin } from "./load.ts";
import { PluginRefusal } from "./refusal.ts";
import { Registry, type HostParts } from "./registry.ts";
import { isNeeded, slots, type ExtensionPoints, type Plugin, type PointName } from "./types.ts";
import { outsideSubscribers, recurringJob, recurringSchedules, routeModule } from "./work.ts";

export interface PluginStart extends Omit<HostParts, "guard"> {
  readonly bundled: readonly Plugin[];
  /** Folders of operators' plugins. */
  readonly folders: readonly string[];
  /** Ids to leave out of this start. */
  readonly without: readonly string[];
}

/** Why a plugin is not running: switched off in the console, left out by the command line, or after three crashes. */
export type LeftOut = "switched_off" | "without" | "crashed";

export interface PluginFacts {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly origin: LoadedPlugin["origin"];
  readonly leftOut: LeftOut | null;
  readonly points: readonly PointName[];
  /** JSON Schema of the settings; `writeOnly` marks secrets. */
  readonly settingsSchema: unknown;
  readonly failures: FailureCount;
}

const states = table("plugin_states", { pluginId: text(), isEnabled: flag(), settings: json<Record<string, unknown>>() });
const setupMs = 10_000;

export class PluginHost {
  readonly #registry: Registry;
  readonly #guard: PluginGuard;
  readonly #parts: HostParts;
  readonly #loaded: readonly (LoadedPlugin & { readonly leftOut: LeftOut | null })[];

  constructor(parts: HostParts, registry: Registry, loaded: PluginHost["loaded"]) {
    this.#parts = parts;
    this.#guard = parts.guard;
    this.#registry = registry;
    this.#loaded = loaded;
  }

  get loaded(): readonly (LoadedPlugin & { readonly leftOut: LeftOut | null })[] { return this.#loaded; }

  /** The provider of a single-slot point. */
  one<P extends PointName>(point: P): ExtensionPoints[P] {
    const found = this.#registry.provided.find((p) => p.point === point);
    if (!found) throw new ConfigError(`no running plugin provides "${point}", and Muster cannot work without; plugins left out: ${this.#loaded.filter((l) => l.leftOut !== null).map((l) => `${l.plugin.id} (${l.leftOut})`).join(", ") || "none"}`);
    return found.implementation as ExtensionPoints[P];
  }

  all<P extends PointName>(point: P): ExtensionPoints[P][] {
    return this.#registry.provided.filter((p) => p.point === point).map((p) => p.implementation as ExtensionPoints[P]);
  }

  get subscribers(): OutsideSubscriber[] { return outsideSubscribers(this.#guard, this.#registry.subscriptions); }
  get schedules(): Schedule[] { return recurringSchedules(this.#registry.recurring); }
  get jobs(): Readonly<Record<string, JobHandler>> { return { "plugin.run": recurringJob(this.#guard, this.#registry.recurring) }; }
  get modules(): Module[] { return this.#registry.routes.map((r) => routeModule(this.#guard, r)); }

  facts(): PluginFacts[] {
    return this.#loaded.map(({ plugin, origin, leftOut }) => ({
      id: plugin.id, title: plugin.title, version: plugin.version, origin, leftOut, failures: this.#guard.failuresOf(plugin.id),
      points: this.#registry.provided.filter((p) => p.plugin === plugin.id).map((p) => p.point),
      settingsSchema: z.toJSONSchema(plugin.settings, { unrepresentable: "any", io: "input" }),
    }));
  }

  /** For the handler of uncaught errors: charges the plugin whose code it was; undefined if it was Muster's own. */
  charge(error: unknown): string | undefined {
    const id = this.#guard.current;
    if (id === undefined) return undefined;
    this.#guard.note(id, error);
    recordCrash(this.#parts.home, id, this.#parts.clock.ms());
    return id;
  }

  async stop(): Promise<void> {
    for (const { plugin, stop } of this.#registry.stops.toReversed()) await this.#guard.run(plugin, setupMs, stop).catch(() => undefined);
    await this.#guard.flush();
  }
}

async function load(start: PluginStart): Promise<LoadedPlugin[]> {
  const all: LoadedPlugin[] = start.bundled.map((plugin) => ({ plugin: checkPlugin(plugin, plugin.id), origin: { kind: "bundled" } }));
  for (const folder of start.folders) all.push(await loadFolder(folder));
  const seen = new Set<string>();
  for (const { plugin } of all) {
    if (seen.has(plugin.id)) throw new PluginRefusal(plugin.id, "id", "two plugins have it");
    seen.add(plugin.id);
  }
  for (const id of start.without) if (!seen.has(id)) throw new PluginRefusal(id, "--without", `there is no such plugin; there are ${[...seen].join(", ")}`);
  return all;
}

async function readStates(start: PluginStart, ids: readonly string[]): Promise<Map<string, { isEnabled: boolean; settings: Record<string, unknown> }>> {
  await start.database.unit(async (db) => {
    for (const id of ids) await db.run("INSERT INTO plugin_states (plugin_id, is_enabled, settings) VALUES (?,?,?) ON CONFLICT (plugin_id) DO NOTHING", [id, true, "{}"]);
  });
  const rows = await start.database.read.rows("SELECT plugin_id, is_enabled, settings FROM plugin_states");
  return new Map(rows.map((row) => states.fromRow(row)).map((s) => [s.pluginId, s]));
}

function settingsOf(plugin: Plugin, stored: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const parsed = plugin.settings.strict().safeParse(stored);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PluginRefusal(plugin.id, ["settings", ...(issue?.path ?? []), ...(issue?.code === "unrecognized_keys" ? issue.keys : [])].join("."), issue?.message ?? "are wrong");
}

export async function startPlugins(start: PluginStart): Promise<PluginHost> {
  const loaded = await load(start);
  const stored = await readStates(start, loaded.map((l) => l.plugin.id));
  const guard = new PluginGuard(start.database, start.clock, start.log);
  const parts: HostParts = { database: start.database, clock: start.clock, log: start.log, home: start.home, guard };
  const registry = new Registry(parts);
  const crashed = crashing(start.home, start.clock.ms());
  const placed: (LoadedPlugin & { leftOut: LeftOut | null })[] = [];
  for (const { plugin, origin } of loaded) {
    const state = stored.get(plugin.id);
    const leftOut = start.without.includes(plugin.id) ? "without" : crashed.includes(plugin.id) ? "crashed" : state?.isEnabled === false ? "switched_off" : null;
    placed.push({ plugin, origin, leftOut });
    if (leftOut === "crashed") start.log.warn({ plugin: plugin.id }, "this plugin ended Muster three times within ten minutes and is left out of this start");
    if (leftOut !== null) continue;
    const { host, seal } = registry.open(plugin, settingsOf(plugin, state?.settings ?? {}));
    try { await guard.run(plugin.id, setupMs, () => plugin.setup(host)); } catch (error) {
      if (error instanceof PluginRefusal) throw error;
      throw new PluginRefusal(plugin.id, "setup", error instanceof Error ? error.message : String(error));
    } finally {
      seal();
    }
  }
  const host = new PluginHost(parts, registry, placed);
  for (const point of Object.keys(slots) as PointName[]) if (isNeeded(point)) host.one(point);
  return host;
}
