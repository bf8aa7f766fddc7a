/** Turns what plugins registered into subscribers, schedules, jobs and routes of the kernel. Plugin code never runs inside a transaction. */
import type { Actor } from "../ctx.ts";
import type { Endpoint } from "../contract.ts";
import { kernelFailures } from "../errors.ts";
import type { JobHandler, Schedule } from "../jobs/types.ts";
import { prepared, type Module } from "../module.ts";
import type { OutsideSubscriber } from "../outbox.ts";
import type { PluginGuard } from "./guard.ts";
import type { Recurring, Routes, Subscription } from "./registry.ts";

const deliverMs = 30_000;
const recurringMs = 300_000;
const routeMs = 10_000;

export const pluginActor = (id: string): Actor => ({ kind: "plugin", id, personId: null, accountId: null, loginId: null, permissions: new Map(), language: "en" });

export const outsideSubscribers = (guard: PluginGuard, list: readonly Subscription[]): OutsideSubscriber[] =>
  list.map((s) => ({ event: s.event, name: `${s.plugin}.${s.name}`, deliver: (payload, event) => guard.run(s.plugin, deliverMs, () => s.deliver(payload, event)) }));

const recurringName = (r: Recurring): string => `${r.plugin}.${r.name}`;

export const recurringSchedules = (list: readonly Recurring[]): Schedule[] =>
  list.map((r) => ({
    name: recurringName(r), cron: r.cron, actor: r.plugin,
    run: async (ctx) => { await ctx.enqueue({ kind: "plugin.run", key: `plugin:${recurringName(r)}:${ctx.now.slice(0, 16)}`, payload: { plugin: r.plugin, name: r.name } }); },
  }));

export const recurringJob = (guard: PluginGuard, list: readonly Recurring[]): JobHandler => ({
  actor: "plugins", atOnce: 2, attempts: 3, cancellable: true,
  actorOf: (payload) => pluginActor((payload as { plugin: string }).plugin),
  run: async (job) => {
    const { plugin, name } = job.payload as { plugin: string; name: string };
    const found = list.find((r) => r.plugin === plugin && r.name === name);
    if (!found) throw new Error(`plugin ${plugin} has no ${name} any more`);
    await guard.run(plugin, recurringMs, () => found.run());
  },
});

/** A plugin's routes as a module: its handler runs before the unit of work, which only writes the ledger entry. */
export const routeModule = (guard: PluginGuard, r: Routes): Module => ({
  name: `plugins/${r.plugin}`,
  contract: r.contract,
  handlers: Object.fromEntries(Object.entries(r.contract).map(([name, endpoint]) => [name, prepared(
    async (ctx, input: unknown) => {
      try {
        return await guard.run(r.plugin, routeMs, () => r.handlers[name]?.({ input, actor: { kind: ctx.actor.kind, personId: ctx.actor.personId, language: ctx.actor.language }, now: ctx.now }));
      } catch (error) {
        if (error instanceof Error && error.name === "Failure") throw error;
        throw Object.assign(kernelFailures.unavailable(), { cause: error });
      }
    },
    async (ctx, _input: unknown, ready: unknown) => {
      const { audit } = endpoint as Endpoint;
      if (typeof audit === "string") ctx.audit(audit, { kind: "plugin", id: r.plugin });
      return ready;
    },
  )])),
});
