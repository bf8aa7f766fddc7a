/** The data of the journey benchmark: N people with live logins, five duties each, one of them a course with a quiz of 20 questions. */
import { createHash } from "node:crypto";
import type { Db } from "../../server/kernel/db/database.ts";
import { asSystem } from "../../server/kernel/unit.ts";
import { connect, type Api } from "../../server/api.ts";
import type { Running } from "../../server/main.ts";
import { grantRole, openAccount, startLogin } from "../../server/modules/access/index.ts";
import { recordPerson } from "../../server/modules/people/index.ts";
import { fireCourse } from "../harness/fire-course.ts";

export interface Seeded { readonly courseId: string; readonly people: number }

/** The session token of person `n`: not random, so that the generator knows it; 43 characters like a real one. */
export const tokenOf = (n: number): string => createHash("sha256").update(`bench ${n}`).digest("base64url");

const pad = (n: number): string => String(n).padStart(8, "0");

/** Rows a mass import would leave, set-based, since the benchmark is not about importing. */
async function people(db: Db, from: number, to: number, now: string, expires: string): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, i) => ({ n: pad(from + i), hash: tokenOf(from + i) }));
  const t = db.sql.rowsOf({ n: "text", hash: "text" });
  const json = JSON.stringify(rows);
  await db.run(`INSERT INTO people (id, tenant_id, display_name, sort_name, search_text, email, created_at) SELECT 'p' || n, 'main', 'Person ' || n, 'person ' || n, 'person ' || n, 'p' || n || '@bench.example', ? FROM ${t}`, [now, json]);
  await db.run(`INSERT INTO employments (id, tenant_id, person_id, employee_number, started_on, created_at) SELECT 'e' || n, 'main', 'p' || n, n, '2020-01-01', ? FROM ${t}`, [now, json]);
  await db.run(`INSERT INTO accounts (id, tenant_id, person_id, sign_in_name, created_at) SELECT 'a' || n, 'main', 'p' || n, 'p' || n || '@bench.example', ? FROM ${t}`, [now, json]);
  for (const row of rows) {
    await db.run("INSERT INTO logins (id, tenant_id, account_id, person_id, token_hash, auth_epoch, peer, agent, created_at, seen_at, expires_at, confirmed_at) VALUES (?,?,?,?,?,1,'-','bench',?,?,?,?)",
      [`l${row.n}`, "main", `a${row.n}`, `p${row.n}`, createHash("sha256").update(row.hash).digest(), now, now, expires, now]);
  }
}

/** The typed client of one person, as a browser has it. */
export function asPerson(origin: string, token: string, csrf: string): Api {
  return connect({ origin, csrf: () => csrf, fetch: (url, init) => fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), origin, cookie: `__Host-muster=${token}` } }) });
}

async function requirement(muster: Running, api: Api, n: number): Promise<string> {
  const course = await api.courses.create({ code: `B${n}`, title: `Course ${n}`, language: "en" });
  const saved = await api.courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content: fireCourse(20, "quiz") });
  await api.courses.publish({ courseId: course.id, rowVersion: saved.rowVersion, change: "material", reason: "bench", effectiveOn: muster.kernel.clock.now().slice(0, 10), policy: { inProgress: "finish", withinDays: null } });
  const made = await api.requirements.create({
    courseId: course.id, title: `Requirement ${n}`, reason: "Because.", audience: { any: [{ kind: "everyone" }] }, due: { kind: "relative", days: 20 + n, from: "assigned" },
    validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
  });
  const rollout = await api.rollouts.create({ requirementId: made.id });
  const seen = await api.rollouts.preview({ rolloutId: rollout.id });
  await api.rollouts.start({ rolloutId: rollout.id, peopleCount: seen.preview?.gainCount ?? 0 });
  return course.id;
}

export async function seed(muster: Running, count: number): Promise<Seeded> {
  const { kernel } = muster;
  const now = kernel.clock.now();
  const expires = new Date(kernel.clock.ms() + 6 * 86_400_000).toISOString();
  await asSystem(kernel, "bench", async (ctx) => { await ctx.db.run("UPDATE tenants SET name = 'Bench', zone = 'Europe/Berlin', state = 'open' WHERE id = ?", [ctx.tenantId]); });
  for (let from = 0; from < count; from += 1_000) await kernel.database.unit((db) => people(db, from, Math.min(count, from + 1_000), now, expires), { deadlineMs: 60_000 });
  const admin = await asSystem(kernel, "bench", async (ctx) => {
    const personId = await recordPerson(ctx, { givenName: "Admin", familyName: "Bench", email: "admin@bench.example", employment: { startedOn: "2020-01-01" } });
    const account = await openAccount(ctx, { personId, signInName: "admin@bench.example" });
    await grantRole(ctx, { personId, role: "administrator", reason: "bench" });
    return startLogin(ctx, account.id);
  });
  const api = asPerson(`http://localhost:${muster.port}`, admin.token, admin.csrf);
  let courseId = "";
  for (let n = 0; n < 5; n++) courseId = await requirement(muster, api, n);
  while ((await muster.relay.runUntilIdle()) + (await muster.runner.runUntilIdle()) > 0) { /* until nothing is due */ }
  await muster.sealer.sealNow();
  return { courseId, people: count };
}
