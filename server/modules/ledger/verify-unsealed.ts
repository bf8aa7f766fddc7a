/** The part that waits: were the rows written by us, are they queued, and is every number of every writer accounted for? */
import { setImmediate as turn } from "node:timers/promises";
import { msBetween } from "../../kernel/clock.ts";
import type { Db } from "../../kernel/db/database.ts";
import type { Keys } from "../../kernel/keys.ts";
import { intakeMac, macKeyOf } from "./append.ts";
import type { Findings } from "./findings.ts";
import { toWaiting } from "./seal-store.ts";
import { checkIntake, intakeColumns, type IntakeRow } from "./verify-tree.ts";

const pageSize = 1_000;
/** A transaction that was open when its process ended, or still is, explains a hole near the end of what that writer wrote. */
const openMs = 60_000;

type UnsealedRow = IntakeRow & Parameters<typeof toWaiting>[0] & { queued: string | null };

export async function verifyUnsealed(db: Db, keys: Keys, found: Findings): Promise<number> {
  const macKey = macKeyOf(keys);
  let count = 0;
  for (let after = ""; ;) {
    const page = await db.rows<UnsealedRow>(`SELECT ${intakeColumns}, i.writer_id, i.writer_epoch, i.writer_n, i.writer_voids, i.mac, u.intake_id AS queued
      FROM ledger_intakes i LEFT JOIN ledger_entries e ON e.intake_id = i.id LEFT JOIN ledger_unsealed u ON u.intake_id = i.id WHERE e.intake_id IS NULL AND i.id > ? ORDER BY i.id LIMIT ?`, [after, pageSize]);
    for (const row of page) {
      after = row.id;
      count++;
      const place = { entryId: row.id, target: { kind: row.target_kind, id: row.target_id } };
      checkIntake(row, found);
      const w = toWaiting(row);
      if (!intakeMac(macKey, w.leaf, w.writerId, w.epoch, w.n, w.voids).equals(w.mac)) found.add("forged_intake", "this entry was not written, or was altered, by something that is not Muster", place);
      else if (row.queued === null && !(await isSealed(db, row.id))) found.add("never_queued", "this entry was taken out of the queue of the sealer", place);
    }
    if (page.length < pageSize) break;
    await turn();
  }
  return count;
}

const isSealed = async (db: Db, id: string): Promise<boolean> => (await db.rows("SELECT 1 AS one FROM ledger_entries WHERE intake_id = ?", [id])).length > 0;

interface WriterRow { writer_id: string; writer_epoch: number; least: number; most: number; count: number }
interface NumberRow { writer_n: number; writer_voids: unknown; created_at: string; id: string; target_kind: string; target_id: string }
interface Gap { readonly from: number; readonly to: number; readonly before: NumberRow }

/** Holes in a writer's numbers that none of its later rows explains. */
export async function verifyWriters(db: Db, found: Findings): Promise<void> {
  const writers = await db.rows<WriterRow>("SELECT writer_id, writer_epoch, min(writer_n) AS least, max(writer_n) AS most, count(*) AS count FROM ledger_intakes GROUP BY writer_id, writer_epoch ORDER BY writer_id, writer_epoch");
  for (const writer of writers) if (writer.least !== 1 || writer.most !== writer.count) await verifyWriter(db, writer, found);
}

async function verifyWriter(db: Db, writer: WriterRow, found: Findings): Promise<void> {
  const voids = new Set<number>();
  const gaps: Gap[] = [];
  let last: NumberRow | undefined;
  for (let n = 0; ;) {
    const page = await db.rows<NumberRow>("SELECT writer_n, writer_voids, created_at, id, target_kind, target_id FROM ledger_intakes WHERE writer_id = ? AND writer_epoch = ? AND writer_n > ? ORDER BY writer_n LIMIT ?", [writer.writer_id, writer.writer_epoch, n, pageSize]);
    for (const row of page) {
      if (row.writer_n > n + 1) gaps.push({ from: n + 1, to: row.writer_n - 1, before: row });
      const named: unknown = typeof row.writer_voids === "string" ? JSON.parse(row.writer_voids) : row.writer_voids;
      if (Array.isArray(named)) for (const v of named) if (typeof v === "number") voids.add(v);
      n = row.writer_n;
      last = row;
    }
    if (page.length < pageSize) break;
    await turn();
  }
  for (const gap of gaps) {
    let open = gap.to - gap.from + 1;
    for (const n of voids) if (n >= gap.from && n <= gap.to) open--;
    if (open === 0) continue;
    const text = `${open} number(s) between ${gap.from} and ${gap.to} of writer ${writer.writer_id}/${writer.writer_epoch} are not accounted for`;
    if (last && msBetween(gap.before.created_at, last.created_at) <= openMs) found.note("open_gap", `${text}; the writer ended within a minute, so the transaction may have ended with it`);
    else found.add("writer_gap", `${text}: entries written before this one were removed before they were sealed`, { entryId: gap.before.id, target: { kind: gap.before.target_kind, id: gap.before.target_id } });
  }
}
