/**
 * A whole Muster for one test: fresh migrated database, real HTTP on port 0, a clock that moves only when told, one person
 * per role. `await w.as("hr").courses.publish({ … })`; refusals reject with `{ status, code }`.
 */
import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { connect, type Api } from "../../server/api.ts";
import { steppedClock } from "../../server/kernel/clock.ts";
import { readConfig } from "../../server/kernel/config.ts";
import type { Ctx } from "../../server/kernel/ctx.ts";
import { migrate } from "../../server/kernel/db/migrate.ts";
import { createLogger } from "../../server/kernel/log.ts";
import { asSystem } from "../../server/kernel/unit.ts";
import { start, type Running } from "../../server/main.ts";
import { grantRole, openAccount, startLogin } from "../../server/modules/access/index.ts";
import { recordPerson } from "../../server/modules/people/index.ts";
import { createDatabase, dropDatabase, type Cluster } from "./postgres.ts";

export const roles = ["administrator", "hr", "author", "manager", "auditor", "learner"] as const;
export type Role = (typeof roles)[number];

export interface Known { readonly personId: string; readonly accountId: string; readonly token: string; readonly csrf: string }
export interface Raw { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: unknown }

export interface World {
  readonly muster: Running;
  readonly clock: ReturnType<typeof steppedClock>;
  readonly origin: string;
  /** Log lines at level error that no test expects; the world fails to close while there are any. */
  readonly errors: unknown[];
  readonly people: Readonly<Record<Role, Known>>;
  as(who: Role | Known): Api;
  readonly anonymous: Api;
  /** A further person with an account and, if named, a role. */
  person(name: { readonly givenName: string; readonly familyName: string }, role?: Role): Promise<Known>;
  /** A system context, as jobs and the command line have it. */
  unit<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>;
  /** Runs events and jobs until nothing is due. */
  settle(): Promise<void>;
  /** One plain request; `body` is sent as JSON unless it is a string or bytes. */
  request(method: string, path: string, options?: { readonly who?: Role | Known | null; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }): Promise<Raw>;
  /** Forgets the errors logged so far: the test provoked them. */
  expectErrors(): unknown[];
  close(): Promise<void>;
}

export interface WorldOptions { readonly start?: string; readonly env?: Readonly<Record<string, string>> }

const clusterAt = (server: string): Cluster => ({ url: (name) => { const u = new URL(server); u.pathname = `/${name}`; return u.href; }, pid: undefined, stop: () => Promise.resolve() });

/** Migrating takes longer than copying: each worker thread migrates one SQLite file and copies it. */
async function freshSqlite(dir: string): Promise<void> {
  const template = join(tmpdir(), `muster-template-${process.pid}-${process.env["VITEST_POOL_ID"] ?? "0"}-${startedAt}.db`);
  if (!existsSync(template)) await migrate({ dialect: "sqlite", url: template });
  copyFileSync(template, join(dir, "muster.db"));
}
const startedAt = Math.round(performance.timeOrigin);

export async function world(options: WorldOptions = {}): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "muster-world-"));
  mkdirSync(dir, { recursive: true });
  const server = inject("postgres");
  const databaseUrl = server === null ? null : await createDatabase(clusterAt(server), `world_${randomUUID().replaceAll("-", "")}`, "muster_template");
  if (databaseUrl === null) await freshSqlite(dir);
  const clock = steppedClock(options.start ?? "2027-03-01T08:00:00.000Z");
  const errors: unknown[] = [];
  const log = createLogger("error", { write: (line: string) => { errors.push(JSON.parse(line)); } });
  const config = readConfig({ MUSTER_DATA: dir, MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "error", ...(databaseUrl === null ? {} : { MUSTER_DATABASE_URL: databaseUrl }), ...options.env });
  const muster = await start({ config, clock, log, background: false });
  const origin = `http://localhost:${muster.port}`;
  const unit = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => asSystem(muster.kernel, "tests", work);
  await unit(async (ctx) => { await ctx.db.run("UPDATE tenants SET name = 'Nordwerk', zone = 'Europe/Berlin', state = 'open' WHERE id = ?", [ctx.tenantId]); });

  const person: World["person"] = (name, role) => unit(async (ctx) => {
    const email = `${name.givenName}.${name.familyName}`.toLowerCase().replace(/[^a-z.]/g, "");
    const personId = await recordPerson(ctx, { ...name, email: `${email}@nordwerk.example`, employment: { startedOn: "2020-01-01" } });
    const account = await openAccount(ctx, { personId, signInName: `${email}@nordwerk.example` });
    if (role !== undefined && role !== "learner") await grantRole(ctx, { personId, role, reason: "test", ...(role === "manager" ? { scope: "reports" as const } : {}) });
    const login = await startLogin(ctx, account.id);
    return { personId, accountId: account.id, token: login.token, csrf: login.csrf };
  });
  const people: Partial<Record<Role, Known>> = {};
  for (const role of roles) people[role] = await person({ givenName: role.charAt(0).toUpperCase() + role.slice(1), familyName: "Muster" }, role);
  const known = people as Record<Role, Known>;
  const find = (who: Role | Known): Known => (typeof who === "string" ? known[who] : who);

  const transport = (who: Known | null): Api => connect({
    origin, csrf: () => who?.csrf ?? null,
    fetch: (url, init) => fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), origin, ...(who ? { cookie: `__Host-muster=${who.token}` } : {}) } }),
  });

  const request: World["request"] = async (method, path, { who = null, body, headers = {} } = {}) => {
    const asking = who === null ? null : find(who);
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const response = await fetch(origin + path, {
      method, redirect: "manual",
      headers: {
        origin, ...(asking ? { cookie: `__Host-muster=${asking.token}`, "x-muster-csrf": asking.csrf } : {}), ...(body !== undefined && !isRaw ? { "content-type": "application/json" } : {}), ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? body as string : JSON.stringify(body) }),
    });
    const text = await response.text();
    let json: unknown = null;
    try { json = JSON.parse(text); } catch { /* not every answer is JSON */ }
    return { status: response.status, headers: response.headers, text, json };
  };

  return {
    muster, clock, origin, errors, people: known, person, unit, request, anonymous: transport(null),
    as: (who) => transport(find(who)),
    settle: async () => { while ((await muster.relay.runUntilIdle()) + (await muster.runner.runUntilIdle()) > 0) { /* events make jobs and jobs make events */ } },
    expectErrors: () => errors.splice(0),
    close: async () => {
      await muster.stop(1_000);
      if (databaseUrl !== null) await dropDatabase(databaseUrl);
      rmSync(dir, { recursive: true, force: true });
      if (errors.length > 0) throw new Error(`errors were logged that the test did not expect: ${JSON.stringify(errors).slice(0, 2_000)}`);
    },
  };
}
