/** One holder at a time for work that must not run twice, by a row with an epoch and the database's own clock. */
import type { Db } from "./db/database.ts";

/**
 * Takes or prolongs a lease inside the caller's transaction: the epoch while `holder` has it, `null` while another one does.
 * The row stays locked until the transaction ends, so what is written in it belongs to that epoch.
 */
export async function takeLease(db: Db, name: string, holder: string, ms: number): Promise<number | null> {
  const find = async () => (await db.rows<{ holder: string; epoch: number; until: string; now: string }>(
    `SELECT holder, epoch, until, ${db.sql.now} AS now FROM leases WHERE name = ? ${db.sql.forUpdate}`, [name]))[0];
  let row = await find();
  if (!row) {
    await db.run("INSERT INTO leases (name, holder, epoch, until) VALUES (?, '', 0, '2000-01-01T00:00:00.000Z') ON CONFLICT DO NOTHING", [name]);
    row = await find();
  }
  if (!row) return null;
  const isOurs = row.holder === holder;
  if (!isOurs && row.until > row.now) return null;
  const epoch = isOurs && row.until > row.now ? row.epoch : row.epoch + 1;
  const until = new Date(Date.parse(row.now) + ms).toISOString();
  await db.run("UPDATE leases SET holder = ?, epoch = ?, until = ? WHERE name = ? AND epoch = ?", [holder, epoch, until, name, row.epoch]);
  return epoch;
}

/** Gives it back early, so that the next one need not wait. */
export const releaseLease = (db: Db, name: string, holder: string): Promise<number> =>
  db.run(`UPDATE leases SET until = ${db.sql.now} WHERE name = ? AND holder = ?`, [name, holder]);

/** Ends the leases of holders that died: only for a process that is alone with the database. */
export const endLeases = (db: Db): Promise<number> => db.run(`UPDATE leases SET until = ${db.sql.now} WHERE until > ${db.sql.now}`);
