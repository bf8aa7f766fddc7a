/** Runs plugin code in a scope of its own, so that each failure is charged to its plugin: counted, shown, and nobody else's. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { Failure } from "../errors.ts";

export interface FailureCount { readonly count: number; readonly last: string | null; readonly lastAt: string | null }

const flushMs = 1_000;

export class PluginGuard {
  readonly #scope = new AsyncLocalStorage<string>();
  readonly #counts = new Map<string, { count: number; unsaved: number; last: string | null; lastAt: string | null }>();
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;

  constructor(database: Database, clock: Clock, log: Logger) {
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
  }

  /** Which plugin's code is running here; for uncaught errors too. */
  get current(): string | undefined { return this.#scope.getStore(); }

  failuresOf(id: string): FailureCount { return this.#counts.get(id) ?? { count: 0, last: null, lastAt: null }; }

  /** A refusal the plugin chose (`Failure`) is no failure of the plugin. */
  note(id: string, error: unknown): void {
    if (error instanceof Failure) return;
    const last = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    const before = this.#counts.get(id);
    this.#counts.set(id, { count: (before?.count ?? 0) + 1, unsaved: (before?.unsaved ?? 0) + 1, last, lastAt: this.#clock.now() });
    this.#log.warn({ err: error, plugin: id }, "a plugin failed");
    this.#timer ??= setTimeout(() => { void this.flush(); }, flushMs).unref();
  }

  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [id, c] of this.#counts) {
      const n = c.unsaved;
      if (n === 0) continue;
      c.unsaved = 0;
      await this.#database.unit((db) => db.run("UPDATE plugin_states SET failure_count = failure_count + ?, last_failure = ?, last_failure_at = ? WHERE plugin_id = ?", [n, c.last, c.lastAt, id]))
        .catch((error: unknown) => { this.#log.warn({ err: error }, "the failures of a plugin could not be stored"); });
    }
  }

  /** Calls plugin code and waits at most `deadlineMs`; what it throws is charged and passed on. */
  async run<T>(id: string, deadlineMs: number, call: () => T | Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(new Error(`no answer within ${deadlineMs / 1_000} s`)); }, deadlineMs); });
    try { return await Promise.race([this.#scope.run(id, async () => call()), late]); } catch (error) {
      this.note(id, error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The implementation with each of its methods in the plugin's scope; no deadline, since bytes may flow for long. */
  watched<T extends object>(id: string, implementation: T): T {
    const enter = (call: () => unknown): unknown => this.#scope.run(id, () => {
      try {
        const answer = call();
        return answer instanceof Promise ? answer.catch((error: unknown) => { this.note(id, error); throw error; }) : answer;
      } catch (error) {
        this.note(id, error);
        throw error;
      }
    });
    return new Proxy(implementation, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (...args: unknown[]) => enter(() => Reflect.apply(value, target, args)) : value;
      },
    });
  }
}
