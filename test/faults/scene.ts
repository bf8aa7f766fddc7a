/** A Muster with a crew of some thousand people who can sign in, on a fresh database of either engine, made through the product's own doors. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Api } from "../../server/api.ts";
import { readConfig } from "../../server/kernel/config.ts";
import type { Ctx } from "../../server/kernel/ctx.ts";
import { addressOf, openDatabase } from "../../server/kernel/db/migrate.ts";
import type { Database } from "../../server/kernel/db/database.ts";
import { asSystem } from "../../server/kernel/unit.ts";
import { start } from "../../server/main.ts";
import { grantRole, openAccount, openAccounts, startLogin } from "../../server/modules/access/index.ts";
import { recordPerson } from "../../server/modules/people/index.ts";
import { tokenOf } from "../bench/seed.ts";
import { fireCourse } from "../harness/fire-course.ts";
import { createDatabase, startPostgres } from "../harness/postgres.ts";
import type { Settings } from "./process.ts";

export const engines = ["sqlite", "postgres"] as const;
export type Engine = (typeof engines)[number];

export interface Ground {
  readonly dir: string;
  readonly dataDir: string;
  readonly settings: Settings;
  readonly admin: string;
  readonly courseId: string;
  /** A live course nobody owes yet. */
  readonly otherCourseId: string;
  /** A connection of the test's own; on SQLite it lives beside the server's. */
  open(): Database;
  remove(): Promise<void>;
}

const weekMs = 6 * 86_400_000;

const pad = (n: number): string => String(n).padStart(8, "0");

/** People called "Crew" who are signed in with tokens the test knows. */
async function crew(ctx: Ctx, from: number, to: number, expires: string): Promise<void> {
  const { db, now, tenantId } = ctx;
  const rows = Array.from({ length: to - from }, (_, i) => ({ n: pad(from + i) }));
  const json = JSON.stringify(rows);
  const t = db.sql.rowsOf({ n: "text" });
  await db.run(`INSERT INTO people (id, tenant_id, display_name, sort_name, search_text, created_at) SELECT 'p' || n, '${tenantId}', 'Person ' || n, 'person ' || n, 'person ' || n, ? FROM ${t}`, [now, json]);
  await db.run(`INSERT INTO employments (id, tenant_id, person_id, employee_number, started_on, position, created_at) SELECT 'e' || n, '${tenantId}', 'p' || n, n, '2020-01-01', 'Crew', ? FROM ${t}`, [now, json]);
  await openAccounts(ctx, rows.map(({ n }) => ({ personId: `p${n}`, signInName: `p${n}@faults.example` })));
  for (const [i, { n }] of rows.entries()) {
    await db.run(
      `INSERT INTO logins (id, tenant_id, account_id, person_id, token_hash, auth_epoch, peer, agent, created_at, seen_at, expires_at, confirmed_at)
       SELECT ?, tenant_id, id, person_id, ?, auth_epoch, '-', 'faults', ?, ?, ?, ? FROM accounts WHERE person_id = ?`,
      [`l${n}`, createHash("sha256").update(tokenOf(from + i)).digest(), now, now, expires, now, `p${n}`]);
  }
}

async function liveCourse(api: Api, code: string, today: string): Promise<string> {
  const course = await api.courses.create({ code, title: `Course ${code}`, language: "en" });
  const saved = await api.courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content: fireCourse(8, "quiz") });
  await api.courses.publish({ courseId: course.id, rowVersion: saved.rowVersion, change: "material", reason: "First", effectiveOn: today, policy: { inProgress: "finish", withinDays: null } });
  return course.id;
}

/** A requirement of everybody called "Crew", so that a passed quiz gives a certificate. */
async function firstRollout(api: Api, courseId: string): Promise<void> {
  const made = await api.requirements.create({
    courseId, title: "Fire, yearly", reason: "Because.", audience: { any: [{ kind: "positions", values: ["Crew"] }] }, due: { kind: "relative", days: 30, from: "assigned" },
    validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
  });
  const rollout = await api.rollouts.create({ requirementId: made.id });
  const seen = await api.rollouts.preview({ rolloutId: rollout.id });
  await api.rollouts.start({ rolloutId: rollout.id, peopleCount: seen.preview?.peopleCount ?? 0 });
}

export async function ground(engine: Engine, crewCount: number): Promise<Ground> {
  const dir = mkdtempSync(join(tmpdir(), "muster-faults-"));
  const dataDir = join(dir, "data");
  const cluster = engine === "postgres" ? await startPostgres({ fsync: true }) : null;
  const url = cluster ? await createDatabase(cluster, "faults") : undefined;
  const settings: Settings = { MUSTER_DATA: dataDir, ...(url === undefined ? {} : { MUSTER_DATABASE_URL: url }) };
  const remove = async (): Promise<void> => {
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const muster = await start({ config: readConfig({ ...settings, MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "error" }), background: false });
    const { kernel } = muster;
    const now = kernel.clock.now();
    const admin = await asSystem(kernel, "faults", async (ctx) => {
      await ctx.db.run("UPDATE tenants SET name = 'Faults', zone = 'Europe/Berlin', state = 'open' WHERE id = ?", [ctx.tenantId]);
      const personId = await recordPerson(ctx, { givenName: "Admin", familyName: "Faults", email: "admin@faults.example", employment: { startedOn: "2020-01-01" } });
      const account = await openAccount(ctx, { personId, signInName: "admin@faults.example" });
      await grantRole(ctx, { personId, role: "administrator", reason: "faults" });
      return startLogin(ctx, account.id);
    });
    for (let from = 0; from < crewCount; from += 500) {
      await asSystem(kernel, "faults", (ctx) => crew(ctx, from, Math.min(crewCount, from + 500), new Date(kernel.clock.ms() + weekMs).toISOString()), 60_000);
    }
    const origin = `http://localhost:${muster.port}`;
    const api = connect({ origin, csrf: () => admin.csrf, fetch: (to, init) => fetch(to, { ...init, headers: { ...(init?.headers as Record<string, string>), origin, cookie: `__Host-muster=${admin.token}` } }) });
    const courseId = await liveCourse(api, "FIRE", now.slice(0, 10));
    const otherCourseId = await liveCourse(api, "DUTY", now.slice(0, 10));
    await firstRollout(api, courseId);
    while ((await muster.relay.runUntilIdle()) + (await muster.runner.runUntilIdle()) > 0) { /* until nothing is due */ }
    await muster.sealer.sealNow();
    await muster.stop(1_000);
    return { dir, dataDir, settings, admin: admin.token, courseId, otherCourseId, open: () => openDatabase(addressOf(url ?? join(dataDir, "muster.db"))), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
