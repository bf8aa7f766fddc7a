/** The contract between Muster and its plugins; plugins see it through `server/plugin.ts` and nothing else of the server. */
import type { Logger } from "pino";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Contract, Input, Output } from "../contract.ts";
import type { Files } from "../files.ts";

/** A way to render a certificate. The module runs in a worker thread: `run({ record, assets }): Uint8Array`, the same bytes every time. */
export interface CertificateFormat {
  readonly id: string;
  /** Media type of the bytes. */
  readonly type: string;
  readonly module: URL;
}

/** Every extension point; `slots` says how many may provide it. */
export interface ExtensionPoints {
  readonly files: Files;
  readonly "certificate-format": CertificateFormat;
}
export type PointName = keyof ExtensionPoints;
export const slots: Readonly<Record<PointName, "one" | "many">> = { files: "one", "certificate-format": "many" };

/** Muster does not start without a provider of it. */
export const isNeeded = (point: PointName): boolean => slots[point] === "one";

/** Own rows of the plugin, kept in the database and nobody else's business. */
export interface PluginRecords {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  /** Keys beginning with `prefix`, in order. */
  keys(prefix?: string): Promise<string[]>;
}

/** One call of a plugin's route: who asks, and the input as the contract read it. */
export interface PluginCall<I> {
  readonly input: I;
  readonly actor: { readonly kind: string; readonly personId: string | null; readonly language: string };
  readonly now: string;
}
export type PluginHandlers<C extends Contract> = { readonly [K in keyof C]: (call: PluginCall<Input<C[K]>>) => Promise<Output<C[K]>> };

/** What a plugin may do. All of `provide`, `on`, `every`, `routes` and `onStop` work during `setup` only. */
export interface Host<S = Readonly<Record<string, unknown>>> {
  readonly settings: S;
  readonly log: Logger;
  readonly clock: Clock;
  /** Folder of the appliance ($MUSTER_DATA); a plugin that keeps files uses a folder of its own in it. */
  readonly home: string;
  readonly data: PluginRecords;
  provide<P extends PointName>(point: P, implementation: ExtensionPoints[P]): void;
  /** After the commit, at least once, with retries; `name` is unique within the plugin. */
  on<T>(event: string, name: string, deliver: (payload: T, event: { readonly id: string; readonly at: string }) => Promise<void>): void;
  /** Five-field cron expression in UTC; once per tick over all processes, retried when it throws. */
  every(cron: string, name: string, run: () => Promise<void>): void;
  /** Under `/api/plugins/<id>/`. */
  routes<C extends Contract>(contract: C, handlers: PluginHandlers<C>): void;
  onStop(stop: () => Promise<void> | void): void;
}

export interface Plugin<S extends z.ZodObject = z.ZodObject> {
  /** Prefix of its routes, settings, jobs and log lines, and its name in the ledger. */
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly contract: 1;
  readonly settings: S;
  setup(host: Host<z.output<S>>): void | Promise<void>;
}

export const definePlugin = <S extends z.ZodObject>(plugin: Plugin<S>): Plugin => plugin as unknown as Plugin;

/** A setting that can be written and never read back. */
export const secret = (): z.ZodString => z.string().meta({ writeOnly: true });

/** Where a plugin's code came from. A folder's hash is what an operator will approve. */
export type Origin = { readonly kind: "bundled" } | { readonly kind: "folder"; readonly path: string; readonly sha256: string };
