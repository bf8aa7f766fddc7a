/** What plugins registered during their setup; sealed afterwards. */
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Contract } from "../contract.ts";
import { cron } from "../cron.ts";
import type { Database } from "../db/database.ts";
import type { PluginGuard } from "./guard.ts";
import { pluginRecords } from "./records.ts";
import { PluginRefusal } from "./refusal.ts";
import { slots, type ExtensionPoints, type Host, type Plugin, type PluginHandlers, type PointName } from "./types.ts";

export interface Provided { readonly plugin: string; readonly point: PointName; readonly implementation: object }
export interface Subscription { readonly plugin: string; readonly event: string; readonly name: string; deliver(payload: unknown, event: { readonly id: string; readonly at: string }): Promise<void> }
export interface Recurring { readonly plugin: string; readonly cron: string; readonly name: string; run(): Promise<void> }
export interface Routes { readonly plugin: string; readonly contract: Contract; readonly handlers: PluginHandlers<Contract> }

export interface HostParts { readonly database: Database; readonly clock: Clock; readonly log: Logger; readonly home: string; readonly guard: PluginGuard }

export class Registry {
  readonly provided: Provided[] = [];
  readonly subscriptions: Subscription[] = [];
  readonly recurring: Recurring[] = [];
  readonly routes: Routes[] = [];
  readonly stops: { readonly plugin: string; readonly stop: () => Promise<void> | void }[] = [];
  readonly #parts: HostParts;

  constructor(parts: HostParts) { this.#parts = parts; }

  /** The host of one plugin; `seal()` ends its registering. */
  open(plugin: Plugin, settings: Readonly<Record<string, unknown>>): { host: Host; seal(): void } {
    const { id } = plugin;
    const { database, clock, log, home, guard } = this.#parts;
    let isOpen = true;
    const registering = (what: string): void => { if (!isOpen) throw new Error(`plugin ${id} called ${what} after its setup`); };
    const host: Host = {
      settings: Object.freeze(settings), clock, home, log: log.child({ plugin: id }), data: pluginRecords(database, clock, id),
      provide: (point, implementation) => { registering("provide"); this.#provide(id, point, guard.watched(id, implementation)); },
      on: (event, name, deliver) => {
        registering("on");
        if (this.subscriptions.some((s) => s.plugin === id && s.name === name)) throw new PluginRefusal(id, `on ${name}`, "is registered twice");
        this.subscriptions.push({ plugin: id, event, name, deliver: (payload, e) => deliver(payload as never, e) });
      },
      every: (expression, name, run) => {
        registering("every");
        try { cron(expression); } catch (error) { throw new PluginRefusal(id, `every ${name}`, error instanceof Error ? error.message : String(error)); }
        if (this.recurring.some((r) => r.plugin === id && r.name === name)) throw new PluginRefusal(id, `every ${name}`, "is registered twice");
        this.recurring.push({ plugin: id, cron: expression, name, run });
      },
      routes: (contract, handlers) => { registering("routes"); this.#route(id, contract, handlers as PluginHandlers<Contract>); },
      onStop: (stop) => { registering("onStop"); this.stops.push({ plugin: id, stop }); },
    };
    return { host, seal: () => { isOpen = false; } };
  }

  #provide<P extends PointName>(id: string, point: P, implementation: ExtensionPoints[P]): void {
    if (!Object.hasOwn(slots, point)) throw new PluginRefusal(id, `provide ${point}`, "there is no such extension point");
    const other = this.provided.find((p) => p.point === point);
    if (other && slots[point] === "one") throw new PluginRefusal(id, `provide ${point}`, `plugin ${other.plugin} provides it already, and there is room for one`);
    this.provided.push({ plugin: id, point, implementation });
  }

  #route(id: string, contract: Contract, handlers: PluginHandlers<Contract>): void {
    for (const [name, e] of Object.entries(contract)) {
      if (!e.path.startsWith(`/api/plugins/${id}/`)) throw new PluginRefusal(id, `routes ${name}`, `must lie under /api/plugins/${id}/`);
      if (e.upload || e.download) throw new PluginRefusal(id, `routes ${name}`, "files cannot be sent or received by plugins yet");
      if (typeof handlers[name] !== "function") throw new PluginRefusal(id, `routes ${name}`, "has no handler");
    }
    if (this.routes.some((r) => r.plugin === id)) throw new PluginRefusal(id, "routes", "are registered twice");
    this.routes.push({ plugin: id, contract, handlers });
  }
}
