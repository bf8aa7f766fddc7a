/** The one-time token of the first set-up: shown once by the process that starts, kept as its SHA-256 only. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Database, Db } from "../../kernel/db/database.ts";
import { secret } from "../../kernel/ids.ts";
import { dropInstanceFact, instanceFact, setInstanceFact, tenantState } from "./store.ts";

const fact = "set_up_token_sha256";
const digest = (token: string): string => createHash("sha256").update(token).digest("hex");

/** A fresh token while nobody has set Muster up; an earlier one ends. Undefined once it is set up. */
export async function newSetUpToken(database: Database, tenantId: string): Promise<string | undefined> {
  const token = secret();
  return database.unit(async (db) => {
    if (await tenantState({ db, tenantId }) !== "new") { await dropInstanceFact(db, fact); return undefined; }
    await setInstanceFact(db, fact, digest(token));
    return token;
  });
}

export async function isSetUpToken(db: Db, token: string): Promise<boolean> {
  const kept = await instanceFact(db, fact);
  return kept !== undefined && timingSafeEqual(Buffer.from(kept, "hex"), createHash("sha256").update(token).digest());
}

export const endSetUpToken = (db: Db): Promise<number> => dropInstanceFact(db, fact);
