/** One key per person, wrapped by the KEK, made when the first entry about that person is written. Erasing a person destroys it. */
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Db } from "../../kernel/db/database.ts";
import type { Keys } from "../../kernel/keys.ts";

/** Key of entries that are about nobody. */
export const instanceKey = "instance";

/** Null: the key was destroyed. (Key objects: preparing a raw key costs four times the encryption itself.) */
export type PersonKey = KeyObject | null;
interface KeyRow { person_id: string; wrapped_key: Uint8Array | null }

const aad = (personId: string): string => `person_keys/wrapped_key/${personId}`;

// hot
async function stored(db: Db, keys: Keys, ids: readonly string[], into: Map<string, PersonKey>): Promise<void> {
  const rows = await db.rows<KeyRow>(`SELECT k.person_id, k.wrapped_key FROM ${db.sql.rowsOf({ id: "text" })} JOIN person_keys k ON k.person_id = t.id`, [JSON.stringify(ids.map((id) => ({ id })))]);
  for (const row of rows) into.set(row.person_id, row.wrapped_key === null ? null : createSecretKey(keys.open(aad(row.person_id), Buffer.from(row.wrapped_key).toString())));
}

/** The keys of these people as stored, past any cache; people without one are left out. */
export async function readPersonKeys(db: Db, keys: Keys, ids: readonly string[]): Promise<Map<string, PersonKey>> {
  const out = new Map<string, PersonKey>();
  if (ids.length > 0) await stored(db, keys, ids, out);
  return out;
}

export class PersonKeys {
  readonly #keys: Keys;
  readonly #cache = new LRUCache<string, KeyObject>({ max: 20_000, ttl: 5 * 60_000, ttlResolution: 1_000 });
  /** Keys made in transactions whose end is not known yet: a rolled-back one must not be used again. */
  readonly #fresh = new WeakMap<Db, Map<string, KeyObject>>();

  constructor(keys: Keys) { this.#keys = keys; }

  /** Keys for writing about these people, made where there is none. */
  async ensure(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, PersonKey>> {
    const out = new Map<string, PersonKey>();
    const made = this.#fresh.get(db);
    const missing: string[] = [];
    for (const id of ids) {
      if (out.has(id)) continue;
      const known = this.#cache.get(id) ?? made?.get(id);
      if (known) out.set(id, known);
      else if (!missing.includes(id)) missing.push(id);
    }
    if (missing.length === 0) return out;
    await stored(db, this.#keys, missing, out);
    for (const id of missing) {
      const known = out.get(id);
      if (known) this.#cache.set(id, known);
      else if (known === undefined) out.set(id, await this.#make(db, id));
    }
    return out;
  }

  async #make(db: Db, id: string): Promise<PersonKey> {
    const key = randomBytes(32);
    const isNew = await db.run("INSERT INTO person_keys (person_id, wrapped_key, kek_id) VALUES (?,?,?) ON CONFLICT DO NOTHING", [id, Buffer.from(this.#keys.seal(aad(id), key)), this.#keys.kekId]);
    if (isNew === 0) return (await readPersonKeys(db, this.#keys, [id])).get(id) ?? null;
    const made = this.#fresh.get(db) ?? new Map<string, KeyObject>();
    const ready = createSecretKey(key);
    this.#fresh.set(db, made.set(id, ready));
    return ready;
  }

  settled(db: Db, isCommitted: boolean): void {
    const made = this.#fresh.get(db);
    if (!made) return;
    this.#fresh.delete(db);
    if (isCommitted) for (const [id, key] of made) this.#cache.set(id, key);
  }

  /** After an erasure. */
  forget(personId: string): void { this.#cache.delete(personId); }
}
