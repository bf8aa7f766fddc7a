/** What must be true whatever was killed (invariants I1–I9), asked with SQL beside the running server and by `muster verify`. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import type { Database, Value } from "../../server/kernel/db/database.ts";
import type { Client } from "./client.ts";
import { entry, type Settings } from "./process.ts";

export type Sql = <R>(sql: string, values?: readonly Value[]) => Promise<R[]>;
export const sqlOf = (database: Database): Sql => <R>(sql: string, values: readonly Value[] = []) => database.read.rows<R>(sql, values);

/** Resolves when no job, event or ledger entry waits any more; drawing documents goes on in the background and changes nothing here. */
export async function atRest(sql: Sql, stuckAfterMs = 60_000): Promise<void> {
  let last = "", movedAt = performance.now();
  for (;;) {
    const [open] = await sql<{ jobs: number; done: number; events: number; entries: number }>(
      `SELECT (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running') AND kind NOT IN ('kernel.purge', 'certificates.render')) AS jobs, (SELECT count(*) FROM jobs WHERE state = 'done') AS done,
         (SELECT count(*) FROM outbox_events WHERE delivered_at IS NULL) AS events, (SELECT count(*) FROM ledger_unsealed) AS entries`);
    if (open?.jobs === 0 && open.events === 0 && open.entries <= 1) return;
    const now = JSON.stringify(open);
    if (now !== last) { last = now; movedAt = performance.now(); }
    if (performance.now() - movedAt > stuckAfterMs) {
      const jobs = await sql("SELECT kind, state, attempts, abandoned_count, run_at, error FROM jobs WHERE state IN ('queued', 'running') LIMIT 5");
      throw new Error(`Muster stands still before it is at rest: ${now} ${JSON.stringify(jobs)}`);
    }
    await new Promise((r) => { setTimeout(r, 100); });
  }
}

const none: readonly (readonly [what: string, sql: string])[] = [
  ["certificate without a proof of the same person", "SELECT c.number AS id FROM certificates c LEFT JOIN proofs p ON p.id = c.proof_id AND p.person_id = c.person_id AND p.revoked_at IS NULL WHERE p.id IS NULL"],
  ["certificate number given twice", "SELECT number AS id FROM certificates GROUP BY number HAVING count(*) > 1"],
  ["certificate code given twice", "SELECT code AS id FROM certificates GROUP BY code HAVING count(*) > 1"],
  ["obligation with two open cycles", "SELECT obligation_id AS id FROM cycles WHERE closed_at IS NULL GROUP BY obligation_id HAVING count(*) > 1"],
  ["obligation that is neither covered nor open", "SELECT o.id FROM obligations o WHERE o.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM cycles c WHERE c.obligation_id = o.id AND (c.closed_at IS NULL OR c.close_code = 'done'))"],
  ["person who owes a requirement twice", "SELECT person_id AS id FROM obligations GROUP BY person_id, requirement_id HAVING count(*) > 1"],
  ["completed attempt without a proof", "SELECT a.id FROM attempts a LEFT JOIN proofs p ON p.attempt_id = a.id WHERE a.state = 'completed' AND p.id IS NULL"],
  ["proof of an attempt that is not completed", "SELECT p.id FROM proofs p JOIN attempts a ON a.id = p.attempt_id WHERE a.state <> 'completed'"],
  ["passed sitting in an attempt that is not completed", "SELECT s.id FROM attempt_sittings s JOIN attempts a ON a.id = s.attempt_id WHERE s.is_passed AND a.state <> 'completed'"],
  ["employee number of two people", "SELECT employee_number AS id FROM employments WHERE state = 'active' AND employee_number IS NOT NULL GROUP BY employer, employee_number HAVING count(*) > 1"],
  ["person with two standing values of one attribute", "SELECT person_id AS id FROM facts WHERE superseded_at IS NULL AND valid_to IS NULL GROUP BY person_id, employment_id, attribute HAVING count(*) > 1"],
  ["course whose version numbers have a gap", "SELECT course_id AS id FROM versions GROUP BY course_id HAVING max(number) <> count(*)"],
  // Work that ran in three processes that died is parked on purpose, whoever killed them; drawing a document is always at work here.
  ["parked job", "SELECT kind AS id FROM jobs WHERE state = 'dead' AND NOT (kind = 'certificates.render' AND error LIKE 'The process ended%')"],
  ["certificate whose document was given up", "SELECT number AS id FROM certificates c WHERE pdf_state = 'failed' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind = 'certificates.render' AND j.state = 'dead' AND j.error LIKE 'The process ended%' AND CAST(j.payload AS text) LIKE '%' || c.id || '%')"],
];

export async function invariants(sql: Sql, dataDir: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, query] of none) {
    const found = await sql<{ id: string }>(query);
    if (found.length > 0) wrong.push(`${what}: ${found.length}, e.g. ${found[0]?.id}`);
  }
  // I7: no row points to a missing or other file.
  for (const { sha256 } of await sql<{ sha256: string }>("SELECT pdf_sha256 AS sha256 FROM certificates WHERE pdf_sha256 IS NOT NULL UNION SELECT file_sha256 FROM feed_runs UNION SELECT sha256 FROM blobs")) {
    const path = join(dataDir, "files", sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    if (!existsSync(path)) wrong.push(`file ${sha256} is missing`);
    else if (createHash("sha256").update(readFileSync(path)).digest("hex") !== sha256) wrong.push(`file ${sha256} has other bytes`);
  }
  return wrong;
}

/** I3, I4, I9: the product's own check of ledger and rows. */
export async function verified(settings: Settings, under: readonly string[] = []): Promise<string[]> {
  const [command, ...words] = [...under, process.execPath, entry, "verify", "--json"];
  try {
    await promisify(execFile)(command, words, { env: { PATH: process.env["PATH"] ?? "", ...settings }, maxBuffer: 64 * 1024 * 1024 });
    return [];
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return [`muster verify: ${(stdout ?? "").slice(0, 1_500)} ${(stderr ?? "").slice(0, 500)}`];
  }
}

/** A request that was answered is asked again with its key: the same answer, and nothing happens a second time. */
export async function repeated(client: Client, share: (n: number) => boolean): Promise<string[]> {
  const wrong: string[] = [];
  for (const [n, asked] of client.log.entries()) {
    // Those whose answer was lost are always asked again.
    if (asked.acked === null || (asked.sent < 2 && !share(n))) continue;
    const again = await client.send(asked.token, asked.method, asked.path, asked.body, asked.key);
    if (again.status !== asked.acked.status || !isDeepStrictEqual(again.body, asked.acked.body)) {
      wrong.push(`${asked.op} ${asked.key}: first ${asked.acked.status} ${JSON.stringify(asked.acked.body).slice(0, 200)}, repeated ${again.status} ${JSON.stringify(again.body).slice(0, 200)}`);
    }
  }
  return wrong;
}
