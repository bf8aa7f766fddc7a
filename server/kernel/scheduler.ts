/**
 * Schedules, in UTC. The primary key of `schedule_ticks` decides which process runs a tick, in the transaction of its work.
 * After a standstill the last tick missed runs once, not each of them.
 */
import { systemActor } from "./ctx.ts";
import { cron, lastTick, type Cron } from "./cron.ts";
import type { Db } from "./db/database.ts";
import type { Schedule } from "./jobs/types.ts";
import { runUnit, type Kernel } from "./unit.ts";

const lookMs = 1_000;
const unitMs = 10_000;
const againMs = 30_000;

interface Known { readonly schedule: Schedule; readonly cron: Cron; ranFor: number | undefined; waitUntil: number }

export class Scheduler {
  readonly #kernel: Kernel;
  readonly #holder: string;
  readonly #known: readonly Known[];
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<number> = Promise.resolve(0);
  #isBegun = false;

  /** `holder` names this process. A wrong expression or a name given twice is refused here, at boot. */
  constructor(kernel: Kernel, schedules: readonly Schedule[], holder: string) {
    this.#kernel = kernel;
    this.#holder = holder;
    const names = new Set<string>();
    this.#known = schedules.map((schedule) => {
      if (names.has(schedule.name)) throw new Error(`two schedules are named ${schedule.name}`);
      names.add(schedule.name);
      return { schedule, cron: cron(schedule.cron), ranFor: undefined, waitUntil: 0 };
    });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.runDue().catch((error: unknown) => { this.#kernel.log.warn({ err: error }, "schedules could not be looked up; trying again"); });
    }, lookMs);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#working.catch(() => 0);
  }

  /** Runs what is due at `now` (default: the clock); resolves to the number of ticks this process ran. */
  runDue(now?: string): Promise<number> {
    const next = this.#working.then(() => this.#look(now), () => this.#look(now));
    this.#working = next;
    return next;
  }

  async #look(now: string | undefined): Promise<number> {
    const ms = now === undefined ? this.#kernel.clock.ms() : Date.parse(now);
    if (!this.#isBegun) await this.#begin(ms);
    let runs = 0;
    for (const known of this.#known) {
      const tick = lastTick(known.cron, ms);
      if (tick === undefined || (known.ranFor !== undefined && tick <= known.ranFor) || ms < known.waitUntil) continue;
      try {
        if (await this.#run(known.schedule, new Date(tick).toISOString())) runs++;
        known.ranFor = tick;
      } catch (error) {
        // Rolled back with its claim.
        known.waitUntil = ms + againMs;
        this.#kernel.log.warn({ err: error, schedule: known.schedule.name }, "a scheduled run failed and will be tried again");
      }
    }
    return runs;
  }

  /** A schedule seen for the first time starts counting now, not with a tick of the past. */
  async #begin(ms: number): Promise<void> {
    const rows = await this.#kernel.database.read.rows<{ name: string; tick_at: string }>("SELECT name, max(tick_at) AS tick_at FROM schedule_ticks GROUP BY name");
    const last = new Map(rows.map((r) => [r.name, Date.parse(r.tick_at)]));
    const first = this.#known.filter((k) => !last.has(k.schedule.name));
    const from = new Date(ms).toISOString();
    if (first.length > 0) await this.#kernel.database.unit(async (db) => { for (const k of first) await take(db, k.schedule.name, from, this.#holder); });
    for (const k of this.#known) k.ranFor = last.get(k.schedule.name) ?? ms;
    this.#isBegun = true;
  }

  #run(schedule: Schedule, tickAt: string): Promise<boolean> {
    return runUnit(this.#kernel, { actor: systemActor(schedule.actor), requestId: `schedule-${schedule.name}-${tickAt}`, deadlineMs: unitMs }, async (ctx) => {
      if (!(await take(ctx.db, schedule.name, tickAt, this.#holder))) return false;
      await schedule.run(ctx);
      return true;
    });
  }
}

const take = async (db: Db, name: string, tickAt: string, holder: string): Promise<boolean> =>
  (await db.run("INSERT INTO schedule_ticks (name, tick_at, taken_by) VALUES (?,?,?) ON CONFLICT (name, tick_at) DO NOTHING", [name, tickAt, holder])) === 1;
