/** No other site, and no page on a sibling host or port, can act or read as the person; nothing private stays in a cache; nothing internal shows (security.md F, M9). */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Koa from "koa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPages } from "../../server/kernel/http/pages.ts";
import { contents, operationsOf, writesOf } from "../harness/hostile.ts";
import { world, type World } from "../harness/world.ts";

let w: World;
beforeAll(async () => { w = await world(); });
afterAll(async () => { await w.close(); });

const pathOf = (path: string): string => path.replace(/:\w+/g, "nothing");
const codeOf = (json: unknown): string => (json as { code?: string } | null)?.code ?? "";

describe("a change from elsewhere", () => {
  it("is refused whatever it looks like: every operation × origin × kind of body, and nothing changes", async () => {
    const port = new URL(w.origin).port;
    const origins: Record<string, string>[] = [
      { origin: "https://evil.example" }, { origin: "null" }, { origin: `http://localhost:${Number(port) + 1}` }, { origin: `http://127.0.0.1:${port}` }, { origin: `http://localhost.evil.example:${port}` },
      { origin: `https://localhost:${port}` }, { origin: `http://evil-localhost:${port}` }, { origin: `${w.origin}/` }, { origin: `${w.origin}@evil.example` }, { origin: w.origin.toUpperCase() }, { origin: "" },
      { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }, { "sec-fetch-site": "none" }, { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
    ];
    const bodies: [type: string, body: string][] = [["text/plain", '{"a":1}'], ["application/x-www-form-urlencoded", "a=1"], ["multipart/form-data; boundary=x", "--x--"], ["application/json", "{}"]];
    const before = await contents(w);
    const wrong: string[] = [];
    const writes = writesOf(w).filter((o) => o.endpoint.csrfExempt === undefined);
    expect(writes.length).toBeGreaterThan(50);
    for (const { name, endpoint } of writes) {
      for (const [i, headers] of origins.entries()) {
        const [type, body] = bodies[i % bodies.length] ?? bodies[0]!;
        const seen = await w.request(endpoint.method, pathOf(endpoint.path) + (endpoint.upload ? "?name=x" : ""), { who: "administrator", body, headers: { "content-type": type, ...headers } });
        if (seen.status !== 403 || codeOf(seen.json) !== "request.cross_site") wrong.push(`${name} ${JSON.stringify(headers)} ${type}: ${seen.status}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await contents(w)).toBe(before);
  }, 120_000);

  it("is refused without the token of the session, with another's, with two, and by a method that only looks harmless", async () => {
    const before = await contents(w);
    const wrong: string[] = [];
    const own = w.people.administrator.csrf;
    for (const { name, endpoint } of writesOf(w).filter((o) => o.endpoint.csrfExempt === undefined)) {
      for (const token of ["", "x", w.people.hr.csrf, own.slice(0, -1), `${own}x`, own.toUpperCase(), `${own}, ${own}`]) {
        const seen = await w.request(endpoint.method, pathOf(endpoint.path), { who: "administrator", body: {}, headers: { "x-muster-csrf": token } });
        if (seen.status !== 403) wrong.push(`${name} with token ${token}: ${seen.status}`);
      }
      for (const header of ["x-http-method-override", "x-method-override"]) {
        const seen = await w.request("GET", pathOf(endpoint.path), { who: "administrator", headers: { [header]: endpoint.method, origin: "https://evil.example" } });
        if (seen.status < 400 && seen.status !== 200) wrong.push(`${name} by ${header}: ${seen.status}`);
      }
    }
    expect(wrong).toEqual([]);
    const after = await contents(w);
    // A GET that is logged may have left its entry; no other table differs.
    const tables = (text: string): string => text.split("\n").filter((l) => !l.includes("intake_id") && !l.includes("leaf_hash")).join("\n");
    expect(tables(after)).toBe(tables(before));
  }, 120_000);
});

describe("cross-origin reading", () => {
  it("is never granted, neither to a request nor to a preflight", async () => {
    const wrong: string[] = [];
    for (const { name, endpoint } of operationsOf(w).filter((_, i) => i % 5 === 0)) {
      for (const origin of ["https://evil.example", "null", `${w.origin}.evil.example`, w.origin]) {
        for (const method of ["OPTIONS", "GET"]) {
          const seen = await w.request(method, pathOf(endpoint.path), { who: "administrator", headers: { origin, "access-control-request-method": endpoint.method, "access-control-request-headers": "x-muster-csrf" } });
          const granted = [...seen.headers.keys()].filter((h) => h.startsWith("access-control-"));
          if (granted.length > 0) wrong.push(`${method} ${name} from ${origin}: ${granted.join()}`);
          if (seen.status >= 500) wrong.push(`${method} ${name}: ${seen.status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe("headers", () => {
  const always: Record<string, RegExp> = {
    "x-content-type-options": /^nosniff$/, "referrer-policy": /^no-referrer$/, "cross-origin-opener-policy": /^same-origin$/, "cross-origin-resource-policy": /^same-origin$/,
    "content-security-policy": /default-src 'none'.*frame-ancestors '(none|self)'/, "x-frame-options": /^(DENY|SAMEORIGIN)$/, "permissions-policy": /camera=\(\)/,
  };
  const faults = (headers: Headers): string[] => [
    ...Object.entries(always).filter(([name, value]) => !value.test(headers.get(name) ?? "")).map(([name]) => `${name}: ${headers.get(name)}`),
    ...["server", "x-powered-by", "via"].filter((h) => headers.has(h)),
    ...(/unsafe-inline|unsafe-eval/.test(headers.get("content-security-policy") ?? "") ? ["unsafe policy"] : []),
  ];

  it("stand on every kind of answer: good, refused, missing, broken, page, file, health, wrong host", async () => {
    const contentOrigin = w.origin.replace("localhost", "127.0.0.1");
    const kinds: [what: string, status: number | readonly number[], seen: () => Promise<{ status: number; headers: Headers; text: string }>][] = [
      ["200", 200, () => w.request("GET", "/api/access/session", { who: "hr" })],
      ["400", 400, () => w.request("POST", "/api/courses", { who: "author", body: { x: 1 } })],
      ["401", 401, () => w.request("GET", "/api/people")],
      ["403", 403, () => w.request("GET", "/api/people", { who: "learner" })],
      ["403 cross-site", 403, () => w.request("POST", "/api/courses", { who: "author", body: {}, headers: { origin: "https://evil.example" } })],
      ["404 operation", 404, () => w.request("GET", "/api/nothing/here")],
      ["404 row", 404, () => w.request("GET", "/api/courses/none", { who: "author" })],
      ["404 file", 404, () => w.request("GET", "/assets/none.js")],
      ["405", 404, () => w.request("PATCH", "/api/access/session", { who: "hr", body: {} })],
      ["413", 413, () => w.request("POST", "/api/courses", { who: "author", body: `{"x":"${"x".repeat(2_200_000)}"}`, headers: { "content-type": "application/json" } })],
      ["415", 415, () => w.request("POST", "/api/courses", { who: "author", body: "x", headers: { "content-type": "application/json; charset=x" } })],
      ["portal", [200, 404], () => w.request("GET", "/")],
      ["console", [200, 404], () => w.request("GET", "/console/people")],
      ["certificate page", 404, () => w.request("GET", "/verify/AAAA-BBBB-CCCC-DDDD-EEEE")],
      ["interface", 200, () => w.request("GET", "/api/openapi.json")],
      ["health", 200, () => w.request("GET", "/health/live")],
      ["health unknown", 404, () => w.request("GET", "/health/none")],
      ["malformed", 400, () => w.request("GET", "/%zz")],
      ["content host", 404, () => fetch(`${contentOrigin}/api/access/session`).then(async (r) => ({ status: r.status, headers: r.headers, text: await r.text() }))],
    ];
    const wrong: string[] = [];
    for (const [what, status, ask] of kinds) {
      const seen = await ask();
      if (![status].flat().includes(seen.status)) wrong.push(`${what}: ${seen.status} ${seen.text.slice(0, 200)}`);
      wrong.push(...faults(seen.headers).map((f) => `${what}: ${f}`));
      if (/node_modules|at .*\.ts:\d|SQLITE|server\/kernel/.test(seen.text)) wrong.push(`${what} shows its inside: ${seen.text.slice(0, 200)}`);
    }
    expect(wrong).toEqual([]);
  });

  it("stand on a fault of our own, which tells nothing but its number", async () => {
    await w.unit(async (ctx) => { await ctx.db.run("ALTER TABLE courses RENAME TO courses_gone"); });
    try {
      const seen = await w.request("GET", "/api/courses", { who: "author" });
      expect(seen.status).toBe(500);
      expect(faults(seen.headers)).toEqual([]);
      expect(seen.json).toEqual({ type: "about:blank", title: "Internal error", status: 500, code: "internal", requestId: seen.headers.get("x-request-id") });
      expect(w.expectErrors()).toHaveLength(1);
    } finally { await w.unit(async (ctx) => { await ctx.db.run("ALTER TABLE courses_gone RENAME TO courses"); }); }
  });

  it("forbid every cache to keep what is private, whatever the address ends in or a proxy claims", async () => {
    const wrong: string[] = [];
    for (const { name, endpoint } of operationsOf(w).filter((o) => o.endpoint.method === "GET" && !o.endpoint.path.includes(":") && o.endpoint.download === undefined)) {
      const seen = await w.request("GET", endpoint.path, { who: "administrator", headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", forwarded: "host=evil.example" } });
      if (seen.status !== 200 && seen.status !== 400) { wrong.push(`${name}: ${seen.status}`); continue; }
      if (seen.status === 200 && seen.headers.get("cache-control") !== "no-store") wrong.push(`${name}: ${seen.headers.get("cache-control")}`);
      if (seen.text.includes("evil.example")) wrong.push(`${name} repeats the forwarded host`);
      for (const suffix of ["/x.css", ".js", ";x.css", "%2fx.css"]) {
        const tricked = await w.request("GET", endpoint.path + suffix, { who: "administrator" });
        if (tricked.status === 200 && tricked.headers.get("cache-control") !== "no-store") wrong.push(`${name}${suffix}: ${tricked.status}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("what lies beside the application", () => {
  const hidden = ["/.git", "/.git/config", "/.env", "/.well-known/../.env", "/%2egit/config", "/console/.env", "/console/%2eenv", "/assets/app.js.map", "/console/assets/app.js.map", "/assets/.secret", "/metrics", "/debug", "/debug/pprof",
    "/server/main.ts", "/package.json", "/node_modules/koa/package.json", "/..%2fpackage.json", "/%2e%2e/package.json", "/..%5cpackage.json", "/assets/..%2f..%2f..%2fpackage.json", "/data/muster.db", "/data/keys/kek.txt"];

  it("is not to be had from the server itself", async () => {
    const wrong: string[] = [];
    for (const path of hidden) {
      const seen = await w.request("GET", path);
      if (seen.status !== 404 && seen.status !== 400) wrong.push(`${path}: ${seen.status}`);
    }
    expect(wrong).toEqual([]);
  });

  it("is not to be had even if it were built into the folder of the interfaces", async () => {
    const root = mkdtempSync(join(tmpdir(), "muster-pages-"));
    for (const dist of ["learner-ui/dist", "admin-ui/dist"]) {
      mkdirSync(join(root, dist, "assets"), { recursive: true });
      mkdirSync(join(root, dist, ".git"));
      for (const file of ["index.html", "assets/app.js", "assets/app.js.map", ".env", ".git/config", "assets/.secret"]) writeFileSync(join(root, dist, file), file === "index.html" ? "<p>page</p>" : `canary ${file}`);
    }
    writeFileSync(join(root, "package.json"), "canary package");
    const app = new Koa();
    const answer = buildPages({ root, contentUrl: () => "http://127.0.0.1:1", pages: [] });
    app.use(async (http) => { await answer(http); });
    const server = createServer((request, response) => { void app.callback()(request, response); });
    await new Promise<void>((ready) => { server.listen(0, "127.0.0.1", ready); });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await fetch(`${origin}/assets/app.js`)).status).toBe(200);
      expect(await (await fetch(`${origin}/console/people`)).text()).toBe("<p>page</p>");
      const wrong: string[] = [];
      for (const path of hidden.filter((p) => p !== "/metrics")) {
        const seen = await fetch(origin + path);
        const text = await seen.text();
        if (seen.status === 200 || text.includes("canary")) wrong.push(`${path}: ${seen.status} ${text}`);
      }
      expect(wrong).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
      rmSync(root, { recursive: true, force: true });
    }
  });
});
