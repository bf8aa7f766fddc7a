/**
 * From file to applied: `node test/bench/import.ts [--rows 50000] [--engine sqlite|postgres] [--json FILE]`.
 * The whole product over HTTP: upload, check, apply, then the same file again. Prints seconds and memory growth.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readConfig } from "../../server/kernel/config.ts";
import { asSystem } from "../../server/kernel/unit.ts";
import { start } from "../../server/main.ts";
import { grantRole, openAccount, startLogin } from "../../server/modules/access/index.ts";
import { recordPerson } from "../../server/modules/people/index.ts";
import { createDatabase, startPostgres } from "../harness/postgres.ts";

const { values: args } = parseArgs({ options: { rows: { type: "string", default: "50000" }, engine: { type: "string", default: "sqlite" }, json: { type: "string" }, serve: { type: "boolean" } } });
const count = Number(args.rows);

const given = ["Jürgen", "Zdeněk", "Aoife", "María", "Eszter", "Yuki", "Thảo", "Wei", "Søren", "Łukasz"];
const family = ["Schröder", "van den Berg", "O'Brien", "Çelik", "Nguyễn", "Kowalczyk", "Lindqvist", "Müller"];
const places = [["Hamburg", "DE", "Europe/Berlin"], ["Paris", "FR", "Europe/Paris"], ["Singapore", "SG", "Asia/Singapore"], ["Honolulu", "US", "Pacific/Honolulu"]];
function csv(): string {
  const lines = ["Employee ID,Legal First Name,Legal Last Name,Work Email,Manager ID,Hire Date,Termination Date,Supervisory Organization,Location,Country,Time Zone,Worker Type,Job Title"];
  for (let i = 0; i < count; i++) {
    const [site = "", country = "", zone = ""] = places[i % places.length] ?? [];
    const day = new Date(Date.UTC(2005, 0, 1) + (i * 7919 % 7_500) * 86_400_000).toISOString().slice(0, 10);
    lines.push([String(1_000_000 + i), given[i % given.length], family[i % family.length], i % 7 === 0 ? "" : `p${i}@nordwerk.example`, i === 0 ? "" : String(1_000_000 + Math.floor((i - 1) / 8)), day, "", `Unit ${i % 12}/Team ${i % 120}`, site, country, zone, "permanent", "Engineer"].join(","));
  }
  return "\uFEFF" + lines.join("\r\n");
}

/** The server is a process of its own: its memory and its pauses are measured from outside. */
async function serve(): Promise<never> {
  const dir = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const cluster = args.engine === "postgres" ? await startPostgres({ fsync: true }) : null;
  const databaseUrl = cluster ? await createDatabase(cluster, `bench_${process.pid}`) : undefined;
  const muster = await start({ config: readConfig({ MUSTER_DATA: dir, MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "error", ...(databaseUrl === undefined ? {} : { MUSTER_DATABASE_URL: databaseUrl }) }) });
  const login = await asSystem(muster.kernel, "bench", async (ctx) => {
    await ctx.db.run("UPDATE tenants SET name = 'Bench', zone = 'Europe/Berlin', state = 'open' WHERE id = ?", [ctx.tenantId]);
    const personId = await recordPerson(ctx, { givenName: "Bench", familyName: "HR" });
    const account = await openAccount(ctx, { personId, signInName: "bench@nordwerk.example" });
    await grantRole(ctx, { personId, role: "hr", reason: "bench" });
    return startLogin(ctx, account.id);
  });
  process.stdout.write(`${JSON.stringify({ port: muster.port, token: login.token, csrf: login.csrf })}\n`);
  process.stdin.resume();
  await once(process.stdin, "end");
  await muster.stop(5_000);
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
}
if (args.serve) await serve();

const server = spawn(process.execPath, [fileURLToPath(import.meta.url), "--serve", "--engine", args.engine], { stdio: ["pipe", "pipe", "inherit"] });
const [hello] = await once(server.stdout.setEncoding("utf8"), "data") as [string];
const { port, token, csrf } = JSON.parse(hello) as { port: number; token: string; csrf: string };
const origin = `http://localhost:${port}`;
async function call(method: string, path: string, body?: string, type = "application/json"): Promise<Record<string, unknown>> {
  const answer = await fetch(origin + path, { method, headers: { origin, cookie: `__Host-muster=${token}`, "x-muster-csrf": csrf, ...(body === undefined ? {} : { "content-type": type }) }, ...(body === undefined ? {} : { body }) });
  const read = await answer.json() as Record<string, unknown>;
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(read)}`);
  return read;
}
const rss = (): number => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(server.pid)}/status`, "utf8"))?.[1] ?? 0) / 1_024);
let peak = 0;
const peaks: Record<string, number> = {};
const pauses: Record<string, number> = {};
let phase = "idle";
const watch = setInterval(() => { const now = rss(); peak = Math.max(peak, now); peaks[phase] = Math.max(peaks[phase] ?? 0, now); }, 20);
let watching = true;
void (async () => {
  while (watching) {
    const at = performance.now();
    await fetch(`${origin}/health/live`).then((r) => r.text());
    pauses[phase] = Math.max(pauses[phase] ?? 0, Math.round(performance.now() - at));
    await new Promise((r) => { setTimeout(r, 10); });
  }
})();

async function until(id: string, state: string): Promise<Record<string, unknown>> {
  for (;;) {
    const run = await call("GET", `/api/directory/runs/${id}`);
    if (run["state"] === state) return run;
    if (run["state"] === "failed") throw new Error(String(run["problem"]));
    await new Promise((r) => { setTimeout(r, 100); });
  }
}
async function journey(label: string, file: string): Promise<{ read: number; check: number; apply: number; total: number; counts: unknown }> {
  const begun = performance.now();
  phase = `${label} read`;
  const run = await call("POST", "/api/directory/runs?name=people.csv", file, "application/octet-stream");
  const read = performance.now();
  phase = `${label} check`;
  await call("POST", `/api/directory/runs/${String(run["id"])}/plan`, "{}");
  await until(String(run["id"]), "planned");
  const checked = performance.now();
  phase = `${label} apply`;
  await call("POST", `/api/directory/runs/${String(run["id"])}/apply`, "{}");
  const done = await until(String(run["id"]), "applied");
  const applied = performance.now();
  const s = (ms: number): number => Math.round(ms / 10) / 100;
  return { read: s(read - begun), check: s(checked - read), apply: s(applied - checked), total: s(applied - begun), counts: done["counts"] };
}

const file = csv();
const before = rss();
const first = await journey("first", file);
const grown = peak - before;
const again = await journey("again", file);
const list: Record<string, number> = {};
for (const [name, path] of Object.entries({ firstPage: "/api/people?size=50", lastPage: `/api/people?size=50&page=${Math.floor(count / 50)}`, search: "/api/people?search=schroder%20100", byStarted: "/api/people?sort=started&size=50", withoutSuperior: "/api/people?withoutSuperior=true", facets: "/api/people-facets", orgUnits: "/api/org-units" })) {
  await call("GET", path);
  const t = performance.now();
  await call("GET", path);
  list[name] = Math.round(performance.now() - t);
}
clearInterval(watch);
watching = false;
const result = { bench: "import", engine: args.engine, rows: count, first, again, memoryGrowthMb: grown, memoryPeakMb: peak, peaksMb: peaks, longestAnswerMs: pauses, listMs: list };
process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
if (args.json) writeFileSync(args.json, JSON.stringify(result));
server.stdin.end();
await once(server, "exit");
process.exit(0);
