/**
 * The kill loop: clients work, the process is killed at a seeded moment, comes back on the same data, the clients ask again what was
 * not answered, and at the end SQL, the ledger and the clients' own log decide whether anything was lost or done twice.
 */
import { Client } from "./client.ts";
import { atRest, invariants, repeated, sqlOf, verified } from "./checks.ts";
import { importing } from "./operations/import.ts";
import type { Operation, Scene } from "./operations/operation.ts";
import { publishing } from "./operations/publish.ts";
import { quizzing } from "./operations/quiz.ts";
import { rollingOut } from "./operations/rollout.ts";
import { freePort, startProcess, type Process } from "./process.ts";
import { seeded } from "./random.ts";
import { ground, type Engine, type Ground } from "./scene.ts";
import { tokenOf } from "../bench/seed.ts";

export const kinds = { import: importing, quiz: quizzing, publish: publishing, rollout: rollingOut } as const;
export type Kind = keyof typeof kinds;
export interface KillOptions { readonly engine: Engine; readonly kills: number; readonly seed: number; readonly only?: readonly Kind[]; readonly crewCount?: number; readonly say?: (line: string) => void }
export interface KillReport {
  readonly engine: Engine; readonly seed: number; readonly kills: number;
  /** Kills that met the operation at work. */
  readonly met: Readonly<Record<string, number>>;
  readonly sent: number;
  /** Requests whose first answer was lost with the process. */
  readonly lost: number;
  readonly wrong: readonly string[];
}

/** A lease outlives its dead holder by up to a minute where several processes share a database; the test does not wait for it. */
async function expireLeases(where: Ground): Promise<void> {
  const database = where.open();
  await database.unit(async (db) => {
    await db.run("UPDATE jobs SET lease_until = '2000-01-01T00:00:00.000Z' WHERE state = 'running'");
    await db.run("UPDATE leases SET until = '2000-01-01T00:00:00.000Z'");
  }, { deadlineMs: 10_000 });
  await database.close();
}

export async function runKills(options: KillOptions): Promise<KillReport> {
  const say = options.say ?? (() => { /* quiet */ });
  const random = seeded(options.seed);
  const crewCount = options.crewCount ?? 2_100;
  const where = await ground(options.engine, crewCount);
  const settings = { ...where.settings, MUSTER_PORT: String(await freePort()) };
  const client = new Client(Number(settings.MUSTER_PORT), `kill-${options.seed}`);
  const scene: Scene = { client, admin: where.admin, learner: tokenOf, learnerCount: crewCount, courseId: where.courseId, otherCourseId: where.otherCourseId, crewCount, random };
  const operations: Operation[] = (options.only ?? Object.keys(kinds) as Kind[]).map((kind) => kinds[kind](scene));
  const met: Record<string, number> = Object.fromEntries(operations.map((o) => [o.name, 0]));
  const lasted = new Map<string, number>();
  const wrong: string[] = [];
  let muster: Process = await startProcess(settings);
  const database = where.open();
  const sql = sqlOf(database);

  /** Everything once; `kill` is called when the work has begun and resolves when the process is back. */
  const cycle = async (number: number, kill: () => Promise<void>): Promise<void> => {
    let isOver = false;
    const began = performance.now();
    const work = operations.map(async (o) => {
      await o.run(number, () => isOver);
      if (!isOver) lasted.set(o.name, performance.now() - began);
    });
    const all = Promise.all(work);
    await Promise.race([kill(), all.then(() => new Promise(() => { /* the kill comes in any case */ }))]);
    isOver = true;
    await all;
  };

  try {
    const warmUp = performance.now();
    await cycle(0, () => new Promise((r) => { setTimeout(r, 800); }));
    const longest = performance.now() - warmUp;
    say(`${options.engine}: seed ${options.seed}, one round takes ${Math.round(longest)} ms`);
    for (let n = 1; n <= options.kills && wrong.length === 0; n++) {
      // Each kind of work gets its share of early and late moments.
      const focus = operations[n % operations.length];
      const at = Math.round((0.02 + 0.96 * random()) * (lasted.get(focus?.name ?? "") ?? Math.max(longest / 2, ...lasted.values())));
      await cycle(n, async () => {
        await new Promise((r) => { setTimeout(r, at); });
        // Some work is a chain of short steps: the kill waits for one.
        for (const until = performance.now() + 500; focus?.isInFlight() === false && performance.now() < until;) await new Promise((r) => { setTimeout(r, 1); });
        const busy = operations.filter((o) => o.isInFlight()).map((o) => o.name);
        let back: () => void = () => { /* set below */ };
        client.up = new Promise((r) => { back = r; });
        await muster.kill();
        client.reconnect();
        for (const name of busy) met[name] = (met[name] ?? 0) + 1;
        say(`${options.engine}: kill ${n} after ${at} ms met ${busy.join(", ") || "nothing"}`);
        if (options.engine === "postgres") await expireLeases(where);
        muster = await startProcess(settings);
        back();
      });
    }
    await atRest(sql);
    for (const o of operations) wrong.push(...await o.check(sql));
    wrong.push(...await invariants(sql, where.dataDir));
    const before = await sql<{ n: number }>("SELECT count(*) AS n FROM ledger_intakes WHERE type <> 'certificates.rendered'");
    wrong.push(...await repeated(client, (n) => n % 7 === 0));
    const after = await sql<{ n: number }>("SELECT count(*) AS n FROM ledger_intakes WHERE type <> 'certificates.rendered'");
    if (before[0]?.n !== after[0]?.n) wrong.push(`repeats left ${Number(after[0]?.n) - Number(before[0]?.n)} entries in the ledger`);
    wrong.push(...await verified(where.settings));
    const said = muster.output().stdout.split("\n").filter((l) => l.includes('"level":50') || l.includes('"level":60'));
    if (said.length > 0) wrong.push(`the server logged errors: ${said.slice(0, 3).join(" ").slice(0, 1_000)}`);
  } catch (error) {
    wrong.push(error instanceof Error ? error.stack ?? error.message : String(error));
  } finally {
    client.close();
    await muster.kill();
    await database.close();
    await where.remove();
  }
  return { engine: options.engine, seed: options.seed, kills: options.kills, met, sent: client.log.length, lost: client.log.filter((a) => a.sent > 1).length, wrong };
}
