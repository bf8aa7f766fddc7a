/** A full disk and a locked database slow Muster down and lose nothing: writes are refused in plain words, reads go on, and it recovers by itself (FT10, FT12). */
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tokenOf } from "../bench/seed.ts";
import { verified } from "./checks.ts";
import { Client, type Reply } from "./client.ts";
import { refusedStart, startProcess, type Process, type Settings } from "./process.ts";
import { ground, type Ground } from "./scene.ts";
import { smallDisk, type SmallDisk } from "./small-disk.ts";

let where: Ground, muster: Process, client: Client;
const problem = (reply: Reply): string => String(reply.body["code"]);
const starting = (n: number): Promise<Reply> => client.send(tokenOf(n), "POST", `/api/attempts/courses/${where.courseId}/start`, {}, `disk-start-${String(n).padStart(4, "0")}`);
const reading = (n: number): Promise<Reply> => client.send(tokenOf(n), "GET", "/api/obligations/mine");
/** Asks a copy: SQLite follows no path into the namespace of another process. */
function asking<T>(folder: string, ask: (handle: Sqlite.Database) => T): T {
  const copy = mkdtempSync(join(tmpdir(), "muster-copy-"));
  for (const file of ["muster.db", "muster.db-wal"]) if (existsSync(join(folder, file))) copyFileSync(join(folder, file), join(copy, file));
  const handle = new Sqlite(join(copy, "muster.db"));
  try { return ask(handle); } finally {
    handle.close();
    rmSync(copy, { recursive: true });
  }
}
const attempts = (folder: string): number => asking(folder, (handle) => (handle.prepare("SELECT count(*) AS n FROM attempts").get() as { n: number }).n);
const errors = (p: Process): string[] => p.output().stdout.split("\n").filter((l) => l.includes('"level":60') || l.includes("this is a bug"));

describe("a full disk", () => {
  let disk: SmallDisk;
  let inside: Settings = {};
  beforeEach(async () => {
    disk = await smallDisk(40);
    where = await ground("sqlite", 400);
    cpSync(where.dataDir, join(disk.path, "data"), { recursive: true });
    inside = { ...where.settings, MUSTER_DATA: join(disk.inside, "data") };
    muster = await startProcess(inside, disk);
    client = new Client(muster.port, "disk");
  });
  afterEach(async () => {
    client.close();
    await muster.kill();
    disk.remove();
    await where.remove();
  });

  it("refuses changes with 507 or 503 and keeps reading; freed, it goes on without a restart, and what was acknowledged is there", async () => {
    const acked = new Set<number>();
    const refused: number[] = [];
    const strange: string[] = [];
    for (let n = 0; n < 20; n++) if ((await starting(n)).status === 200) acked.add(n);
    expect(acked.size).toBe(20);
    disk.fill();
    // Several at once, so that whole groups of units meet the full disk.
    for (let n = 20; n < 320; n += 10) {
      await Promise.all(Array.from({ length: 10 }, async (_, i) => {
        const reply = await starting(n + i);
        if (reply.status === 200) { acked.add(n + i); return; }
        refused.push(n + i);
        const isFull = reply.status === 507 && problem(reply) === "request.full";
        if (!isFull && !(reply.status === 503 && problem(reply) === "request.unavailable")) strange.push(`${reply.status} ${JSON.stringify(reply.body)}`);
      }));
    }
    expect(refused.length).toBeGreaterThan(20);
    expect(strange).toEqual([]);
    // Files, too, and nothing half-written stays.
    const upload = await client.send(where.admin, "POST", "/api/directory/runs?name=people.csv", Buffer.from(`id,name\n${"1,x\n".repeat(200_000)}`));
    expect([507, 503]).toContain(upload.status);
    for (let n = 0; n < 20; n++) expect((await reading(n)).status).toBe(200);
    expect((await client.send(where.admin, "GET", "/api/people")).status).toBe(200);

    disk.free();
    const until = performance.now() + 10_000;
    for (;;) {
      if ((await starting(350)).status === 200) break;
      expect(performance.now()).toBeLessThan(until);
      await new Promise((r) => { setTimeout(r, 100); });
    }
    acked.add(350);
    for (const n of refused) {
      expect((await starting(n)).status).toBe(200);
      acked.add(n);
    }
    expect(attempts(join(disk.path, "data"))).toBe(acked.size);
    expect(errors(muster)).toEqual([]);
    const ended = await muster.stop();
    expect(ended.code).toBe(0);
    asking(join(disk.path, "data"), (handle) => {
      expect(handle.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
      expect(handle.pragma("foreign_key_check")).toEqual([]);
    });
    expect(await verified(inside, disk.under)).toEqual([]);
    expect(readdirSync(join(disk.path, "data/files/tmp"))).toEqual([]);
  });

  it("met while the process is killed loses nothing that was acknowledged either", async () => {
    const acked: number[] = [];
    disk.fill();
    let n = 0;
    for (; n < 60; n++) if ((await starting(n)).status === 200) acked.push(n);
    await muster.kill();
    client.reconnect();
    disk.free();
    muster = await startProcess({ ...inside, MUSTER_PORT: String(muster.port) }, disk);
    for (let i = 0; i < n; i++) expect((await starting(i)).status).toBe(200);
    expect(attempts(join(disk.path, "data"))).toBe(n);
    for (const i of acked) expect((await reading(i)).status).toBe(200);
    expect(await verified(inside, disk.under)).toEqual([]);
  });

  it("at the start is said in one line, and nothing is harmed", async () => {
    await muster.stop();
    disk.fill();
    const said = await refusedStart({ ...inside, MUSTER_PORT: String(muster.port) }, disk);
    expect(said).toMatchObject({ code: 2, stdout: "" });
    expect(said.stderr.trim().split("\n")).toHaveLength(1);
    expect(said.stderr).toMatch(/MUSTER_DATA: .* cannot be written \(.*full.*\)/);
    disk.free();
    muster = await startProcess({ ...inside, MUSTER_PORT: String(muster.port) }, disk);
    client.reconnect();
    expect((await starting(1)).status).toBe(200);
  });
});

describe("a database that another program has locked", () => {
  beforeEach(async () => {
    where = await ground("sqlite", 50);
    muster = await startProcess(where.settings);
    client = new Client(muster.port, "lock");
  });
  afterEach(async () => {
    client.close();
    await muster.kill();
    await where.remove();
  });

  const locked = async (ms: number, meanwhile: () => Promise<void>): Promise<void> => {
    const other = new Sqlite(join(where.dataDir, "muster.db"));
    other.exec("BEGIN EXCLUSIVE");
    const released = new Promise<void>((r) => { setTimeout(() => { other.exec("ROLLBACK"); other.close(); r(); }, ms); });
    await meanwhile();
    await released;
  };

  it("for some seconds only makes changes wait", async () => {
    await locked(2_000, async () => {
      const began = performance.now();
      const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => starting(n)));
      expect(replies.map((r) => r.status)).toEqual(replies.map(() => 200));
      expect(performance.now() - began).toBeGreaterThan(1_500);
    });
    expect(attempts(where.dataDir)).toBe(20);
  });

  it("for long has changes refused with 503 within some 5 s, in words of ours, while reading goes on", async () => {
    await locked(9_000, async () => {
      const began = performance.now();
      const writing = Promise.all(Array.from({ length: 20 }, (_, n) => starting(n)));
      for (let i = 0; i < 20; i++) {
        const at = performance.now();
        expect((await reading(i)).status).toBe(200);
        expect(performance.now() - at).toBeLessThan(1_000);
        await new Promise((r) => { setTimeout(r, 100); });
      }
      for (const reply of await writing) {
        expect(reply).toMatchObject({ status: 503, body: { code: "request.unavailable" } });
        expect(JSON.stringify(reply.body)).not.toMatch(/lock|SQLITE|busy/i);
      }
      expect(performance.now() - began).toBeLessThan(6_500);
    });
    for (let n = 0; n < 20; n++) expect((await starting(n)).status).toBe(200);
    expect(attempts(where.dataDir)).toBe(20);
    expect(errors(muster)).toEqual([]);
  });
});
