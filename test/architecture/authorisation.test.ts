/**
 * Who may do what, made from the contracts: every operation × every role over real HTTP. What the table of roles refuses is
 * refused and changes nothing; what it allows gets past the door. Also: no operation answers another site or a page without the token.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Endpoint } from "../../server/kernel/contract.ts";
import { permissions, permissionsOf, roleCodes, startLogin } from "../../server/modules/access/index.ts";
import { roles, world, type Known, type Role, type World } from "../harness/world.ts";

let w: World;
let operations: { readonly name: string; readonly endpoint: Endpoint }[] = [];
beforeAll(async () => {
  w = await world();
  operations = w.muster.modules.flatMap((m) => Object.entries(m.contract).map(([verb, endpoint]) => ({ name: `${m.name}.${verb}`, endpoint })));
});
afterAll(async () => { await w.close(); });

const actors = ["anonymous", ...roles] as const;
type ActorName = (typeof actors)[number];
const rightsOf = (role: Role): ReadonlyMap<string, string> => permissionsOf([{ role, scope: "tenant", validFrom: "2000-01-01", validTo: null }], "2027-03-01");
const mayCall = (actor: ActorName, endpoint: Endpoint): boolean =>
  endpoint.permission === "public" || (actor !== "anonymous" && (endpoint.permission === "self" || rightsOf(actor).has(endpoint.permission)));

/** A request that names things which do not exist and leaves the rest out. */
const pathOf = (endpoint: Endpoint): string => endpoint.path.replace(/:\w+/g, "nothing-of-this-name");
async function ask(endpoint: Endpoint, who: Role | Known | null, headers: Record<string, string> = {}): Promise<{ status: number; code: string }> {
  const isRead = endpoint.method === "GET";
  const seen = await w.request(endpoint.method, pathOf(endpoint) + (endpoint.upload ? "?name=x" : ""), {
    who, headers: { ...(endpoint.upload ? { "content-type": "application/octet-stream" } : {}), ...headers }, ...(isRead ? {} : { body: endpoint.upload ? "x" : {} }),
  });
  return { status: seen.status, code: (seen.json as { code?: string } | null)?.code ?? "" };
}

const migrations = join(import.meta.dirname, "../../migrations");
const tables = readdirSync(migrations).filter((f) => f.endsWith(".ts")).flatMap((f) => [...readFileSync(join(migrations, f), "utf8").matchAll(/createTable\(db, "(\w+)"/g)].map((m) => m[1] ?? ""));
/** Everything in the database, order aside. */
const contents = (): Promise<string> => w.unit(async (ctx) => {
  const out: string[] = [];
  for (const table of tables) out.push(table, ...(await ctx.db.rows(`SELECT * FROM ${table}`)).map((r) => JSON.stringify(r)).sort());
  return out.join("\n");
});

/** The same person, signed in anew: an allowed call may have ended the login. */
const again = async (role: Role): Promise<Known> => {
  const known = w.people[role];
  const login = await w.unit((ctx) => startLogin(ctx, known.accountId));
  return { ...known, token: login.token, csrf: login.csrf };
};

describe("the table of roles", () => {
  it("is about operations that exist, and every permission of an operation is in it", () => {
    expect(operations.length).toBeGreaterThan(80);
    expect(tables.length).toBeGreaterThan(40);
    expect(roleCodes).toEqual(roles);
    const asked = new Set(operations.map((o) => o.endpoint.permission));
    expect([...asked].filter((p) => p !== "public" && p !== "self" && !(permissions as readonly string[]).includes(p))).toEqual([]);
  });

  it("lets auditors change nothing: what they may send by POST reads, or makes their own export", () => {
    const audit = rightsOf("auditor");
    const sent = operations.filter((o) => o.endpoint.method !== "GET" && audit.has(o.endpoint.permission)).map((o) => o.name);
    expect(sent.sort()).toEqual(["audiences.preview", "courses.render", "reports.start"]);
  });
});

describe("refused", () => {
  it.each(actors)("%s: whatever the table does not allow, and nothing changes", async (actor) => {
    const refused = operations.filter((o) => !mayCall(actor, o.endpoint));
    const before = await contents();
    const wrong: string[] = [];
    for (const { name, endpoint } of refused) {
      const { status, code } = await ask(endpoint, actor === "anonymous" ? null : actor);
      const asExpected = actor === "anonymous" ? status === 401 && code === "request.unauthenticated" : status === 403 && code === "request.forbidden";
      if (!asExpected) wrong.push(`${name}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(await contents()).toBe(before);
    if (actor !== "administrator") expect(refused.length).toBeGreaterThan(5);
  }, 60_000);

  it("from another site, from a page without the token, and with both absent: every change, by whoever", async () => {
    const before = await contents();
    const wrong: string[] = [];
    const changes = operations.filter((o) => o.endpoint.method !== "GET" && o.endpoint.csrfExempt === undefined);
    const tricks: Record<string, string>[] = [
      { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, { origin: "null", "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" },
      { origin: w.origin.replace("localhost", "127.0.0.1") }, { origin: `${w.origin}.evil.example` }, { "x-muster-csrf": "" }, { "x-muster-csrf": w.people.learner.csrf },
    ];
    for (const { name, endpoint } of changes) {
      for (const headers of tricks) {
        const { status, code } = await ask(endpoint, "administrator", headers);
        if (status !== 403 || code !== "request.cross_site") wrong.push(`${name} ${JSON.stringify(headers)}: ${status} ${code}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await contents()).toBe(before);
  }, 60_000);
});

describe("scope", () => {
  it("of a manager ends at the line: people above or beside are as unknown as no one", async () => {
    const stranger = await w.person({ givenName: "Stranger", familyName: "Muster" });
    const report = await w.person({ givenName: "Report", familyName: "Muster" });
    const detail = await w.as("administrator").people.detail({ personId: report.personId });
    await w.as("administrator").people.setSuperior({ personId: report.personId, employmentId: detail.employments[0]?.id ?? "", superiorId: w.people.manager.personId });
    const held = rightsOf("manager");
    const about = operations.filter((o) => o.endpoint.method === "GET" && o.endpoint.path.includes(":personId") && held.has(o.endpoint.permission));
    expect(about.length).toBeGreaterThan(1);
    const wrong: string[] = [];
    for (const { name, endpoint } of about) {
      const of = (id: string): Promise<{ status: number }> => w.request("GET", endpoint.path.replace(":personId", id).replace(/:\w+/g, "none"), { who: "manager" });
      for (const [who, id, expected] of [["report", report.personId, [200, 202]], ["stranger", stranger.personId, [404]], ["administrator", w.people.administrator.personId, [404]], ["no one", "none", [404]]] as const) {
        const { status } = await of(id);
        if (!(expected as readonly number[]).includes(status) && endpoint.path.match(/:\w+/g)?.length === 1) wrong.push(`${name} of ${who}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("allowed", () => {
  it.each(actors)("%s: gets past the door with whatever the table allows", async (actor) => {
    const wrong: string[] = [];
    for (const { name, endpoint } of operations.filter((o) => mayCall(actor, o.endpoint))) {
      const { status, code } = await ask(endpoint, actor === "anonymous" ? null : await again(actor));
      // A refusal by name or password is the operation's own answer.
      if (status === 403 || (status === 401 && code !== "access.refused") || status >= 500) wrong.push(`${name}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
