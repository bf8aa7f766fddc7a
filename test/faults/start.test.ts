/** What a start refuses, each in one line that names the cause; and a stop that loses nothing. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, startPostgres } from "../harness/postgres.ts";
import { tokenOf } from "../bench/seed.ts";
import { Client, Lost } from "./client.ts";
import { freePort, refusedStart, startProcess, type Ended, type Settings } from "./process.ts";
import { ground } from "./scene.ts";

let dir = "";
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), "muster-start-")); });
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });
const data = (name: string): string => join(dir, name);

/** Exit code 2, nothing on stdout, and one line. */
const line = (ended: Ended): string => {
  expect(ended, JSON.stringify(ended)).toMatchObject({ code: 2, stdout: "" });
  const lines = ended.stderr.trim().split("\n");
  expect(lines).toHaveLength(1);
  return lines[0] ?? "";
};

describe("a second Muster", () => {
  it("on the same data folder is told who has it; after a kill -9 the folder is free", async () => {
    const first = await startProcess({ MUSTER_DATA: data("twice") });
    try {
      const said = line(await refusedStart({ MUSTER_DATA: data("twice"), MUSTER_PORT: String(await freePort()) }));
      expect(said).toContain(data("twice"));
      expect(said).toContain(`process ${first.pid} (port ${first.port}`);
    } finally { await first.kill(); }
    const next = await startProcess({ MUSTER_DATA: data("twice") });
    expect(await next.stop()).toMatchObject({ code: 0 });
  });

  it("on the same port is told so, whoever has it", async () => {
    const first = await startProcess({ MUSTER_DATA: data("port-a") });
    try { expect(line(await refusedStart({ MUSTER_DATA: data("port-b"), MUSTER_PORT: String(first.port) }))).toMatch(new RegExp(`port ${first.port} .*in use.*MUSTER_PORT`)); } finally { await first.stop(); }
    const stranger: Server = createServer();
    await new Promise<void>((r) => { stranger.listen(0, "127.0.0.1", r); });
    const address = stranger.address();
    const port = typeof address === "object" && address ? address.port : 0;
    try { expect(line(await refusedStart({ MUSTER_DATA: data("port-c"), MUSTER_PORT: String(port) }))).toContain(`port ${port}`); } finally { stranger.close(); }
  });
});

describe("wrong settings", () => {
  const secret = (name: string, text: string, mode: number): string => {
    const path = join(dir, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  it.each<[what: string, settings: () => Settings, named: RegExp]>([
    ["port that is a word", () => ({ MUSTER_PORT: "http" }), /MUSTER_PORT: must be a port number/],
    ["port above 65535", () => ({ MUSTER_PORT: "65536" }), /MUSTER_PORT/],
    ["negative port", () => ({ MUSTER_PORT: "-1" }), /MUSTER_PORT/],
    ["http public URL", () => ({ MUSTER_PUBLIC_URL: "http://muster.example.com" }), /MUSTER_PUBLIC_URL: must be https/],
    ["public URL with a path", () => ({ MUSTER_PUBLIC_URL: "https://muster.example.com/lms" }), /MUSTER_PUBLIC_URL/],
    ["public URL with a password", () => ({ MUSTER_PUBLIC_URL: "https://u:p@muster.example.com" }), /MUSTER_PUBLIC_URL/],
    ["javascript URL", () => ({ MUSTER_CONTENT_URL: "javascript:alert(1)" }), /MUSTER_CONTENT_URL/],
    ["unknown name", () => ({ MUSTER_PROT: "8080" }), /MUSTER_PROT: there is no such setting/],
    ["unknown name with _FILE", () => ({ MUSTER_PORT_FILE: "/dev/null" }), /MUSTER_PORT_FILE: there is no such setting/],
    ["secret given twice", () => ({ MUSTER_ADMIN_PASSWORD: "fifteen characters", MUSTER_ADMIN_PASSWORD_FILE: secret("pw", "fifteen characters", 0o400), MUSTER_ADMIN_EMAIL: "a@example.com" }), /MUSTER_ADMIN_PASSWORD and MUSTER_ADMIN_PASSWORD_FILE are both set/],
    ["secret file that everybody can read", () => ({ MUSTER_ADMIN_PASSWORD_FILE: secret("open", "fifteen characters", 0o644), MUSTER_ADMIN_EMAIL: "a@example.com" }), /MUSTER_ADMIN_PASSWORD_FILE: .*open is readable by everybody/],
    ["secret file that is not there", () => ({ MUSTER_ADMIN_PASSWORD_FILE: join(dir, "absent"), MUSTER_ADMIN_EMAIL: "a@example.com" }), /MUSTER_ADMIN_PASSWORD_FILE: .*absent cannot be read/],
    ["short password", () => ({ MUSTER_ADMIN_PASSWORD: "14-characters!", MUSTER_ADMIN_EMAIL: "a@example.com" }), /MUSTER_ADMIN_PASSWORD: must have at least 15/],
    ["blank password file", () => ({ MUSTER_ADMIN_PASSWORD_FILE: secret("blank", "\n", 0o400), MUSTER_ADMIN_EMAIL: "a@example.com" }), /MUSTER_ADMIN_PASSWORD: must have at least 15/],
    ["password without an address", () => ({ MUSTER_ADMIN_PASSWORD: "fifteen characters" }), /MUSTER_ADMIN_EMAIL and MUSTER_ADMIN_PASSWORD belong together/],
    ["database URL of another kind", () => ({ MUSTER_DATABASE_URL: "mysql://root@localhost/x" }), /MUSTER_DATABASE_URL: must be postgres/],
    ["log level that does not exist", () => ({ MUSTER_LOG_LEVEL: "loud" }), /MUSTER_LOG_LEVEL/],
    ["certificate checks switched off", () => ({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }), /NODE_TLS_REJECT_UNAUTHORIZED=0/],
    ["settings file that is no JSON", () => ({ MUSTER_CONFIG: secret("config.json", "{", 0o400) }), /MUSTER_CONFIG: .*config\.json/],
    ["address of another machine", () => ({ MUSTER_HOST: "203.0.113.7" }), /MUSTER_HOST: 203\.0\.113\.7/],
  ])("%s", async (_what, settings, named) => {
    const given = settings();
    const ended = await refusedStart({ MUSTER_DATA: data("settings"), MUSTER_PORT: "0", ...given });
    const warned = { ...ended, stderr: ended.stderr.replace(/^\(node:\d+\) Warning: Setting the NODE_TLS_REJECT_UNAUTHORIZED[^\n]*\n(\(Use [^\n]*\n)?/, "") };
    const said = line(warned);
    expect(said).toMatch(named);
    expect(said).not.toContain("fifteen characters");
  });
});

describe("a data folder that cannot be used", () => {
  it.each<[what: string, make: () => { path: string; uid?: number }]>([
    ["lies below a file", () => { writeFileSync(data("file"), ""); return { path: join(data("file"), "data") }; }],
    ["belongs to somebody else", () => { chmodSync(dir, 0o755); mkdirSync(data("theirs"), { mode: 0o755 }); return { path: join(data("theirs"), "data"), uid: 65_534 }; }],
  ])("%s", async (_what, make) => {
    const { path, uid } = make();
    if (uid !== undefined && process.getuid?.() !== 0) chmodSync(data("theirs"), 0o555);
    const said = line(await refusedStart({ MUSTER_DATA: path, MUSTER_PORT: "0" }, uid !== undefined && process.getuid?.() === 0 ? { uid } : {}));
    expect(said).toMatch(/MUSTER_DATA: .* cannot be written/);
  });

  it("lost its keys, or shows them to everybody", async () => {
    const made = await startProcess({ MUSTER_DATA: data("keys") });
    await made.stop();
    chmodSync(join(data("keys"), "keys/kek"), 0o644);
    expect(line(await refusedStart({ MUSTER_DATA: data("keys"), MUSTER_PORT: "0" }))).toMatch(/kek is open to other accounts.*chmod 0400/);
    rmSync(join(data("keys"), "keys/kek"));
    expect(line(await refusedStart({ MUSTER_DATA: data("keys"), MUSTER_PORT: "0" }))).toMatch(/kek is missing/);
  });
});

describe("a database of a newer release", () => {
  it("is refused and left alone on SQLite", async () => {
    const made = await startProcess({ MUSTER_DATA: data("newer") });
    await made.stop();
    const handle = new Sqlite(join(data("newer"), "muster.db"));
    handle.prepare("INSERT INTO schema_migrations VALUES ('9999_add_future', '2099-01-01')").run();
    handle.close();
    expect(line(await refusedStart({ MUSTER_DATA: data("newer"), MUSTER_PORT: "0" }))).toMatch(/newer release \(9999_add_future\)/);
  });

  it("is refused on PostgreSQL, as is a database that is not there", async () => {
    const cluster = await startPostgres();
    try {
      const url = await createDatabase(cluster, "newer");
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query("CREATE TABLE schema_migrations (name text PRIMARY KEY, applied_at text NOT NULL)");
      await client.query("INSERT INTO schema_migrations VALUES ('9999_add_future', '2099-01-01')");
      await client.end();
      expect(line(await refusedStart({ MUSTER_DATA: data("pg"), MUSTER_PORT: "0", MUSTER_DATABASE_URL: url }))).toMatch(/newer release \(9999_add_future\)/);
      const said = line(await refusedStart({ MUSTER_DATA: data("pg"), MUSTER_PORT: "0", MUSTER_DATABASE_URL: cluster.url("absent") }));
      expect(said).toMatch(/MUSTER_DATABASE_URL/);
      const closed = await freePort();
      const refused = line(await refusedStart({ MUSTER_DATA: data("pg"), MUSTER_PORT: "0", MUSTER_DATABASE_URL: `postgres://muster:canary-password@127.0.0.1:${closed}/x` }));
      expect(refused).toMatch(/MUSTER_DATABASE_URL: the database cannot be used/);
      expect(refused).not.toContain("canary-password");
    } finally { await cluster.stop(); }
  });
});

describe("SIGTERM under load", () => {
  it("finishes what is in work, answers all of it, and ends with 0", async () => {
    const where = await ground("sqlite", 200);
    const muster = await startProcess(where.settings);
    const client = new Client(muster.port, "term");
    let isStopping = false, answered = 0, lateLost = 0;
    const odd: string[] = [];
    // Sent before the signal, lost after it: that would be a request in work thrown away.
    const walk = async (n: number): Promise<void> => {
      const token = tokenOf(n);
      for (let i = 0; ; i++) {
        const wasStopping = isStopping;
        try {
          const reply = await client.send(token, "POST", `/api/attempts/courses/${where.courseId}/start`, {}, `term-${n}-${i}-padding`);
          if (reply.status === 200) answered++; else odd.push(`${reply.status} ${JSON.stringify(reply.body)}`);
        } catch (error) {
          if (!(error instanceof Lost)) throw error;
          if (!wasStopping) lateLost++;
          return;
        }
      }
    };
    const walks = Promise.all(Array.from({ length: 24 }, (_, n) => walk(n)));
    await new Promise((r) => { setTimeout(r, 700); });
    const began = performance.now();
    isStopping = true;
    const ended = await muster.stop();
    await walks;
    client.close();
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(odd).toEqual([]);
    expect(answered).toBeGreaterThan(24);
    // A keep-alive connection may be closed between two requests; what was already being worked on is answered.
    expect(lateLost).toBe(0);
    await where.remove();
  });
});
