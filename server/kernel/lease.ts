/** One holder at a time over all processes: a row whose epoch rises with each change of hands. */
import type { Db } from "./db/database.ts";

/** Takes or renews; the epoch, or undefined while somebody else holds it. Run in a unit of work. */
export async function takeLease(db: Db, name: string, holder: string, now: string, until: string): Promise<number | undefined> {
  await db.run(`INSERT INTO leases (name, holder, epoch, until) VALUES (?, ?, 1, ?) ON CONFLICT (name) DO UPDATE SET
    epoch = CASE WHEN leases.holder = excluded.holder THEN leases.epoch ELSE leases.epoch + 1 END, holder = excluded.holder, until = excluded.until
    WHERE leases.holder = excluded.holder OR leases.until < ?`, [name, holder, until, now]);
  const [row] = await db.rows<{ epoch: number }>("SELECT epoch FROM leases WHERE name = ? AND holder = ?", [name, holder]);
  return row?.epoch;
}

export const giveLease = async (db: Db, name: string, holder: string, now: string): Promise<number> =>
  db.run("UPDATE leases SET until = ? WHERE name = ? AND holder = ?", [now, name, holder]);
