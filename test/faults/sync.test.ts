/** An acknowledgement is worth something only if the disk has it: each 2xx of a change leaves after a sync that began after the change was written (P1). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tokenOf } from "../bench/seed.ts";
import { Client } from "./client.ts";
import { startProcess } from "./process.ts";
import { ground } from "./scene.ts";

interface Call { readonly at: number; readonly name: string; readonly text: string }

/** Calls of all threads in the order in which they began; a call cut in two by another thread counts from its end. */
function callsOf(file: string): Call[] {
  return readFileSync(file, "utf8").split("\n").flatMap((line) => {
    const m = /^\s*\d+ +(\d+\.\d+) (?:<\.\.\. )?(\w+)(.*)$/.exec(line);
    return m?.[1] === undefined || m[2] === undefined || line.includes("<unfinished") ? [] : [{ at: Number(m[1]), name: m[2], text: m[3] ?? "" }];
  });
}

test("100 changes on SQLite, one after the other and many at once: no answer before its sync", async () => {
  const where = await ground("sqlite", 120);
  const dir = mkdtempSync(join(tmpdir(), "muster-strace-"));
  const file = join(dir, "calls");
  const muster = await startProcess(where.settings, { under: ["strace", "-f", "-ttt", "-y", "-s", "64", "-e", "trace=fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg", "-o", file] });
  const client = new Client(muster.port, "sync");
  const start = (n: number): Promise<void> => client.send(tokenOf(n), "POST", `/api/attempts/courses/${where.courseId}/start`, {}, `sync-start-${String(n).padStart(4, "0")}`).then((r) => { expect(r.status).toBe(200); });
  try {
    for (let n = 0; n < 50; n++) await start(n);
    await Promise.all(Array.from({ length: 50 }, (_, i) => start(50 + i)));
  } finally {
    client.close();
    // A signal to strace would only let its child go.
    process.kill((JSON.parse(readFileSync(join(where.dataDir, "lock.json"), "utf8")) as { pid: number }).pid, "SIGTERM");
    await muster.ended;
  }
  const calls = callsOf(file);
  const isWal = (c: Call): boolean => c.text.includes("muster.db-wal");
  const isSync = (c: Call): boolean => (c.name === "fdatasync" || c.name === "fsync") && isWal(c);
  let unsynced = 0, answers = 0, early = 0, groups = 0;
  for (const c of calls) {
    if (c.name === "pwrite64" && isWal(c)) unsynced++;
    else if (isSync(c)) { if (unsynced > 0) groups++; unsynced = 0; }
    else if (c.text.includes("HTTP/1.1 200 OK")) {
      answers++;
      // Every answer of this test but the probe of readiness is a change; what lies unsynced then was written but not safe.
      if (unsynced > 0) early++;
    }
  }
  rmSync(dir, { recursive: true, force: true });
  await where.remove();
  expect(answers).toBeGreaterThanOrEqual(100);
  expect(groups).toBeGreaterThan(50);
  expect(early).toBe(0);
});
