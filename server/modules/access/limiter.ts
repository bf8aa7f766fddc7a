/** Failed sign-ins, counted in the database so that every process shares them. Names that do not exist count the same. */
import { createHash } from "node:crypto";
import { shiftInstant } from "../../kernel/clock.ts";
import type { Db } from "../../kernel/db/database.ts";
import { fail } from "./failures.ts";
import { foldName, nameDelayS, nameLimit, networkDelayS, networkLimit, networkOf } from "./rules.ts";

export interface Budget { readonly name: string; readonly network: string; readonly device: string | null }
interface Counter { key: string; count: number; last_at: string; blocked_until: string | null }

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 32);

/** What one attempt is counted under. A known device has a budget of its own, so guessing elsewhere never locks its owner out. */
export const budgetOf = (tenantId: string, name: string, peer: string, device: string | null): Budget => ({
  name: `name:${digest(`${tenantId}\n${foldName(name) ?? name.toLowerCase()}`)}`, network: `net:${networkOf(peer)}`, device: device === null ? null : `device:${digest(device)}`,
});

const secondsUntil = (until: string, now: string): number => Math.max(1, Math.ceil((Date.parse(until) - Date.parse(now)) / 1_000));

/** Refuses `access.too_many` while a delay runs or the budget is used up. `lock` holds the counters for this unit. */
export async function requireBudget(db: Db, budget: Budget, now: string, lock = ""): Promise<void> {
  const keys = budget.device === null ? [budget.name, budget.network] : [budget.device, budget.device];
  const counters = await db.rows<Counter>(`SELECT key, count, last_at, blocked_until FROM sign_in_failures WHERE key IN (?, ?) ORDER BY key ${lock}`, keys);
  for (const c of counters) {
    if (!c.key.startsWith("net:") && c.count >= nameLimit.most) throw fail.too_many({ retryAfterS: nameLimit.longestS });
    // A delay longer than the longest one comes from a clock that was ahead.
    if (c.blocked_until !== null && c.blocked_until > now && c.blocked_until <= shiftInstant(now, nameLimit.longestS * 1_000)) {
      throw fail.too_many({ retryAfterS: secondsUntil(c.blocked_until, now) });
    }
  }
}

async function count(db: Db, key: string, now: string, to: (before: Counter | undefined) => number, delayS: (count: number) => number): Promise<void> {
  // The row exists before it is locked: two first failures at once must both count.
  await db.run("INSERT INTO sign_in_failures (key, count, first_at, last_at) VALUES (?, 0, ?, ?) ON CONFLICT (key) DO NOTHING", [key, now, now]);
  const [before] = await db.rows<Counter>(`SELECT key, count, last_at, blocked_until FROM sign_in_failures WHERE key = ? ${db.sql.forUpdate}`, [key]);
  const after = to(before);
  const wait = delayS(after);
  await db.run("UPDATE sign_in_failures SET count = ?, last_at = ?, blocked_until = ? WHERE key = ?", [after, now, wait === 0 ? null : shiftInstant(now, wait * 1_000), key]);
}

/** Time refills a network's budget. */
const refilled = (c: Counter | undefined, now: string): number =>
  (c === undefined ? 0 : Math.max(0, c.count - Math.floor(Math.max(0, Date.parse(now) - Date.parse(c.last_at)) / networkLimit.refillMs)));

export async function countFailure(db: Db, budget: Budget, now: string): Promise<void> {
  if (budget.device !== null) return count(db, budget.device, now, (c) => (c?.count ?? 0) + 1, nameDelayS);
  await count(db, budget.name, now, (c) => (c?.count ?? 0) + 1, nameDelayS);
  await count(db, budget.network, now, (c) => refilled(c, now) + 1, networkDelayS);
}

/** The row of failures is broken: the name starts afresh, and the network gets one back. */
export async function countSuccess(db: Db, budget: Budget): Promise<void> {
  await db.run("DELETE FROM sign_in_failures WHERE key IN (?, ?)", [budget.name, budget.device ?? budget.name]);
  await db.run("UPDATE sign_in_failures SET count = count - 1 WHERE key = ? AND count > 0", [budget.network]);
}

/** A new start link or password ends the delays of that name. */
export const forgetName = (db: Db, tenantId: string, name: string): Promise<number> =>
  db.run("DELETE FROM sign_in_failures WHERE key = ?", [budgetOf(tenantId, name, "-", null).name]);

/** Different names that failed lately: many at once is one password tried on everybody. */
export async function failingNames(db: Db, since: string): Promise<number> {
  const [row] = await db.rows<{ n: number }>("SELECT count(*) AS n FROM sign_in_failures WHERE key LIKE 'name:%' AND last_at > ?", [since]);
  return row?.n ?? 0;
}

export const forgetOld = (db: Db, before: string): Promise<number> => db.run("DELETE FROM sign_in_failures WHERE last_at < ?", [before]);
