/**
 * `npm run bench:journey -- --engine sqlite|postgres --json FILE [--people N] [--repeats N] [--seconds S]`
 * Journeys per second and CPU per journey of Muster beside the bare reference, interleaved A B B A on fresh copies of the same
 * data; metric R1 of the storm format. The server has one core, the generator the other. Exit 0 goal met, 1 missed, 2 void, 3 usage.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readConfig } from "../../server/kernel/config.ts";
import { start } from "../../server/main.ts";
import { createDatabase, dropDatabase, startPostgres, type Cluster } from "../harness/postgres.ts";
import { walk } from "./client.ts";
import { record } from "./reference/record.ts";
import { seed } from "./seed.ts";

const goal = 0.35;
const { values: args } = parseArgs({ options: {
  engine: { type: "string", default: "sqlite" }, json: { type: "string" }, people: { type: "string", default: "6000" }, repeats: { type: "string", default: "3" }, seconds: { type: "string", default: "6" }, clients: { type: "string", default: "64" },
} });
const engine = args.engine === "postgres" ? "postgres" : args.engine === "sqlite" ? "sqlite" : null;
const [people, repeats, seconds, clients] = [args.people, args.repeats, args.seconds, args.clients].map(Number) as [number, number, number, number];
if (!engine || ![people, repeats, seconds, clients].every((n) => Number.isInteger(n) && n > 0)) { process.stderr.write("usage: --engine sqlite|postgres [--people N] [--repeats N] [--seconds S] [--clients N] [--json FILE]\n"); process.exit(3); }
if (availableParallelism() < 2) { process.stderr.write("two cores are needed: one for the server, one for the load\n"); process.exit(3); }
execFileSync("taskset", ["-cp", "1", String(process.pid)], { stdio: "ignore" });

const dir = mkdtempSync(join(tmpdir(), "muster-bench-"));
const here = (p: string): string => fileURLToPath(new URL(p, import.meta.url));
const cluster: Cluster | null = engine === "postgres" ? await startPostgres({ fsync: true }) : null;
if (cluster?.pid !== undefined) execFileSync("taskset", ["-acp", "0", String(cluster.pid)], { stdio: "ignore" });

interface Block { readonly perS: number; readonly cpuMs: number; readonly failed: number; readonly done: number }
const ticks = (pid: number): number => { const f = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []; return (Number(f[11]) + Number(f[12])) * 10; };

async function seeded(): Promise<{ courseId: string }> {
  const url = cluster ? await createDatabase(cluster, "seeded") : undefined;
  const config = readConfig({ MUSTER_DATA: join(dir, "seeded"), MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "warn", ...(url ? { MUSTER_DATABASE_URL: url } : {}) });
  const made = await start({ config, background: false });
  const { courseId } = await seed(made, people);
  await made.stop(1_000);
  // The recording spends one person of its own copy.
  const copy = await fresh("recorded");
  const muster = await start({ config: readConfig({ MUSTER_DATA: copy.data, MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "warn", ...(copy.url ? { MUSTER_DATABASE_URL: copy.url } : {}) }), background: false });
  const steps = await record(muster, courseId, 0);
  await muster.stop(1_000);
  await copy.drop();
  writeFileSync(join(dir, "plan.json"), JSON.stringify({ courseId, person: 0, people, steps }));
  return { courseId };
}

async function fresh(name: string): Promise<{ data: string; url: string | undefined; drop(): Promise<void> }> {
  const data = join(dir, name);
  cpSync(join(dir, "seeded"), data, { recursive: true });
  const url = cluster ? await createDatabase(cluster, name, "seeded") : undefined;
  return { data, url, drop: async () => { rmSync(data, { recursive: true, force: true }); if (url) await dropDatabase(url); } };
}

async function block(kind: "muster" | "reference", courseId: string, n: number): Promise<Block> {
  const copy = await fresh(`${kind}_${n}`);
  const script = kind === "muster" ? [here("./muster-server.ts")] : [here("./reference/server.ts"), join(dir, "plan.json"), copy.url ?? join(copy.data, "muster.db")];
  const child: ChildProcess = spawn("taskset", ["-c", "0", process.execPath, ...script], { env: { ...process.env, MUSTER_DATA: copy.data, ...(copy.url ? { MUSTER_DATABASE_URL: copy.url } : {}) }, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => { child.once("exit", () => { done(); }); });
  const { port, pid } = await new Promise<{ port: number; pid: number }>((ready, failed) => {
    child.stdout?.once("data", (line: Buffer) => { ready(JSON.parse(line.toString()) as { port: number; pid: number }); });
    child.once("exit", () => { failed(new Error(`${kind} did not start`)); });
  });
  const warm = await walk(port, courseId, 1, Math.floor(people / 8), clients, 2);
  const before = ticks(pid);
  const measured = await walk(port, courseId, Math.floor(people / 8), people, clients, seconds);
  const cpu = ticks(pid) - before;
  child.kill("SIGTERM");
  await ended;
  await copy.drop();
  if (measured.firstFailure ?? warm.firstFailure) process.stderr.write(`${kind}: ${measured.firstFailure ?? warm.firstFailure ?? ""}\n`);
  return { perS: measured.done / measured.seconds, cpuMs: cpu / measured.done, failed: measured.failed + warm.failed, done: measured.done };
}

const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)] ?? 0;
const load = loadavg()[0] ?? 0;
const { courseId } = await seeded();
const ratios: number[] = [], cpuRatios: number[] = [], ref: Block[] = [], own: Block[] = [];
for (let r = 0; r < repeats; r++) {
  const a = [await block("reference", courseId, r * 4), await block("muster", courseId, r * 4 + 1), await block("muster", courseId, r * 4 + 2), await block("reference", courseId, r * 4 + 3)] as const;
  ref.push(a[0], a[3]);
  own.push(a[1], a[2]);
  ratios.push((a[1].perS + a[2].perS) / (a[0].perS + a[3].perS));
  cpuRatios.push((a[0].cpuMs + a[3].cpuMs) / (a[1].cpuMs + a[2].cpuMs));
  process.stdout.write(`repeat ${r + 1}: reference ${a[0].perS.toFixed(0)} and ${a[3].perS.toFixed(0)}/s, Muster ${a[1].perS.toFixed(0)} and ${a[2].perS.toFixed(0)}/s, ratio ${ratios.at(-1)?.toFixed(2) ?? ""}\n`);
}
await cluster?.stop();
rmSync(dir, { recursive: true, force: true });
const failed = [...ref, ...own].reduce((n, b) => n + b.failed, 0);
const value = median(ratios);
const status = failed > 0 ? "void" : value >= goal ? "pass" : "fail";
const report = {
  schema: "muster.storm/1", verdict: status, run: { people, processes: 1, repeats, engine, login: "cookie", startedAt: new Date().toISOString(), serverCores: [0], generatorCores: [1], clients },
  env: { node: process.version, cpu: cpus()[0]?.model ?? "", loadBefore: load },
  metrics: { R1: {
    value: Number(value.toFixed(3)), unit: "ratio", goal: `≥ ${goal} (0.5 later)`, status, samples: ratios.map((r) => Number(r.toFixed(3))),
    detail: { refPerS: median(ref.map((b) => b.perS)), musterPerS: median(own.map((b) => b.perS)), refCpuMs: median(ref.map((b) => b.cpuMs)), musterCpuMs: median(own.map((b) => b.cpuMs)), cpuRatio: Number(median(cpuRatios).toFixed(3)), failed },
  } },
};
if (args.json) writeFileSync(args.json, `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(report.metrics.R1, null, 2)}\n`);
process.exit(status === "pass" ? 0 : status === "fail" ? 1 : 2);
