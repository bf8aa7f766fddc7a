/** Devices on which an account has signed in before; they only have their own budget of wrong passwords. */
import type { Db } from "../../../kernel/db/database.ts";
import { isToken, tokenHash } from "../tokens.ts";

export async function isKnownDevice(db: Db, accountId: string, device: string, now: string): Promise<boolean> {
  if (!isToken("device", device)) return false;
  const found = await db.rows(
    "SELECT 1 AS found FROM account_credentials WHERE kind = 'device' AND secret_hash = ? AND account_id = ? AND ended_at IS NULL AND expires_at > ?", [tokenHash(device), accountId, now]);
  return found.length > 0;
}
