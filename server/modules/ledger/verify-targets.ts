/** Per target: each entry continues the one before it, its values are there, and today's row is what the newest entry says. */
import { setImmediate as turn } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Ctx } from "../../kernel/ctx.ts";
import { jcs } from "../../kernel/jcs.ts";
import type { Keys } from "../../kernel/keys.ts";
import type { LedgerState } from "../../kernel/module.ts";
import { rereadBody, stateHash } from "./body.ts";
import type { Findings } from "./findings.ts";
import { openValues } from "./payload.ts";
import { instanceKey, readPersonKeys, type PersonKey } from "./person-keys.ts";
import { targetKinds } from "./store.ts";

const pageSize = 500;

interface TargetRow { id: string; target_id: string; target_version: number; body: Uint8Array; subject_id: string | null; nonce: Uint8Array | null; ciphertext: Uint8Array | null }
/** What the ledger knows of one target: its newest state hash (null: none was ever given) and under whose key it was made. */
interface Known { readonly id: string; readonly entryId: string; readonly next: string | null; readonly subject: string | null }

/** Keys of many people, read in pages. */
class KeyRing {
  readonly #ctx: Ctx;
  readonly #keys: Keys;
  readonly #cache = new LRUCache<string, { key: PersonKey }>({ max: 50_000 });
  constructor(ctx: Ctx, keys: Keys) { this.#ctx = ctx; this.#keys = keys; }
  async load(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#cache.has(id));
    for (const [id, key] of await readPersonKeys(this.#ctx.db, this.#keys, missing)) this.#cache.set(id, { key });
  }
  /** Undefined: there never was one. */
  get(id: string): PersonKey | undefined { return this.#cache.get(id)?.key; }
}

/** State hashes of rows that were written in mass, until they got entries of their own: id → SHA-256. */
type MassStates = Map<string, string>;

class TargetWalk {
  readonly #ctx: Ctx;
  readonly #found: Findings;
  readonly #ring: KeyRing;
  readonly mass = new Map<string, MassStates>();
  readonly #declared: ReadonlySet<string>;
  #undeclared = new Map<string, number>();

  constructor(ctx: Ctx, found: Findings, ring: KeyRing, declared: ReadonlySet<string>) { this.#ctx = ctx; this.#found = found; this.#ring = ring; this.#declared = declared; }

  /** All targets of a kind in the order of their ids. */
  async *targets(kind: string): AsyncGenerator<Known> {
    let current: Known | undefined;
    for (let at = { target: "", version: -1 }; ;) {
      const page = await this.#ctx.db.rows<TargetRow>(`SELECT i.id, i.target_id, i.target_version, i.body, i.subject_id, p.nonce, p.ciphertext FROM ledger_intakes i LEFT JOIN ledger_payloads p ON p.intake_id = i.id AND p.field = 'values'
        WHERE i.target_kind = ? AND (i.target_id, i.target_version) > (?, ?) AND i.tenant_id = ? ORDER BY i.target_id, i.target_version LIMIT ?`, [kind, at.target, at.version, this.#ctx.tenantId, pageSize]);
      await this.#ring.load(page.map((r) => r.subject_id ?? instanceKey));
      for (const row of page) {
        at = { target: row.target_id, version: row.target_version };
        if (current && current.id !== row.target_id) { yield current; current = undefined; }
        current = this.#step(kind, row, current);
      }
      if (page.length < pageSize) break;
      await turn();
    }
    if (current) yield current;
  }

  #step(kind: string, row: TargetRow, before: Known | undefined): Known {
    const place = { entryId: row.id, target: { kind, id: row.target_id } };
    // It was checked with the tree; one that is none was named there.
    const body = rereadBody(row.body);
    if (!body?.pii || !body.target) return before ?? { id: row.target_id, entryId: row.id, next: null, subject: row.subject_id };
    const key = this.#ring.get(row.subject_id ?? instanceKey);
    if (Object.keys(body.pii).length > 0 && key !== null) {
      const opened = row.nonce && row.ciphertext && key ? openValues(row.id, { nonce: Buffer.from(row.nonce), ciphertext: Buffer.from(row.ciphertext) }, key, body.pii as Record<string, string>) : undefined;
      if (!opened?.isIntact) this.#found.add("value_differs", "the values of this entry are gone or are not those that were committed to", place);
      else if (body.rows) this.#remember(opened.after);
    }
    if (before?.next && body.prev !== null && before.subject === body.subject && before.next !== body.prev) {
      if (this.#declared.has(kind)) this.#found.add("chain_broken", "this entry does not continue the entry before it of the same target", place);
      else this.#undeclared.set(kind, (this.#undeclared.get(kind) ?? 0) + 1);
    }
    return body.next === null ? { ...(before ?? { next: null, subject: body.subject, entryId: row.id }), id: row.target_id } : { id: row.target_id, entryId: row.id, next: body.next, subject: body.subject };
  }

  #remember(after: unknown): void {
    if (after === null || typeof after !== "object" || !("kind" in after) || !("states" in after) || typeof after.kind !== "string" || !this.#declared.has(after.kind)) return;
    const known = this.mass.get(after.kind) ?? new Map<string, string>();
    this.mass.set(after.kind, known);
    for (const [id, hash] of Object.entries(after.states as Record<string, unknown>)) if (typeof hash === "string") known.set(id, hash);
  }

  end(): void {
    for (const [kind, count] of this.#undeclared) this.#found.note("chain_undeclared", `${count} entries about "${kind}" give another state before than the entry before them after; this kind is not checked against its rows`);
  }
}

async function* rowsOf(ctx: Ctx, state: LedgerState): AsyncGenerator<{ id: string; state: unknown }> {
  for (let after = ""; ;) {
    const page = await state.page(ctx, after, pageSize);
    yield* page;
    const last = page.at(-1);
    if (!last || last.id <= after) return;
    after = last.id;
    await turn();
  }
}

interface Comparison { readonly kind: string; readonly ring: KeyRing; readonly mass: MassStates; readonly found: Findings }

const canonical = (value: unknown): string | undefined => { try { return jcs(value); } catch { return undefined; } };

/** `row` null: there is none. True when the ledger agrees, or cannot say because the person was erased. */
function agrees(c: Comparison, known: Known | undefined, row: string | null, id: string): boolean {
  const text = row ?? "null";
  const key = known === undefined || known.subject === null ? undefined : c.ring.get(known.subject);
  if (key === null) return true;
  if (known?.next) return stateHash(text, key ?? null) === known.next;
  const mass = c.mass.get(id);
  return mass === undefined ? row === null : stateHash(text, null) === mass;
}

async function compare(ctx: Ctx, state: LedgerState, targets: AsyncGenerator<Known>, c: Comparison): Promise<number> {
  let count = 0;
  const tell = async (known: Known | undefined, row: { id: string; state: unknown } | undefined): Promise<void> => {
    const id = row?.id ?? known?.id ?? "";
    const text = row ? canonical(row.state) : null;
    const place = { ...(known ? { entryId: known.entryId } : {}), target: { kind: c.kind, id } };
    if (known?.subject) await c.ring.load([known.subject]);
    if (text === undefined) { c.found.add("state_unreadable", "this row holds something the ledger cannot hold", place); return; }
    if (agrees(c, known, text, id) || await hasMoved(ctx, state, c, known, row, id)) return;
    if (!row) c.found.add("row_vanished", "this row was removed behind the ledger's back", place);
    else if (!known?.next && !c.mass.has(id)) c.found.add("row_without_entry", "this row was written behind the ledger's back", place);
    else c.found.add("state_differs", "this row is not what its newest ledger entry says", place);
  };
  const next = async <T>(it: AsyncGenerator<T>): Promise<T | undefined> => { const r = await it.next(); return r.done === true ? undefined : r.value; };
  const rows = rowsOf(ctx, state);
  let row = await next(rows), known = await next(targets);
  while (row !== undefined || known !== undefined) {
    const isRow = row !== undefined && (known === undefined || row.id <= known.id);
    const isKnown = known !== undefined && (row === undefined || known.id <= row.id);
    await tell(isKnown ? known : undefined, isRow ? row : undefined);
    if (isRow) { count++; row = await next(rows); }
    if (isKnown) known = await next(targets);
  }
  return count;
}

/** Business goes on while we read: a difference counts only if neither the row nor its newest entry changed in the meantime. */
async function hasMoved(ctx: Ctx, state: LedgerState, c: Comparison, known: Known | undefined, row: { id: string; state: unknown } | undefined, id: string): Promise<boolean> {
  const before = id.slice(0, -1) + String.fromCharCode(id.charCodeAt(id.length - 1) - 1) + "\uffff";
  const again = (await state.page(ctx, before, 1)).find((r) => r.id === id);
  if (canonical(again?.state ?? null) !== canonical(row?.state ?? null)) return true;
  const [newest] = await ctx.db.rows<{ id: string; body: Uint8Array }>("SELECT id, body FROM ledger_intakes WHERE target_kind = ? AND target_id = ? ORDER BY target_version DESC LIMIT 1", [c.kind, id]);
  return newest !== undefined && newest.id !== known?.entryId && rereadBody(newest.body)?.next !== null;
}

export async function verifyTargets(ctx: Ctx, keys: Keys, states: readonly LedgerState[], found: Findings): Promise<number> {
  const ring = new KeyRing(ctx, keys);
  const declared = new Map(states.map((s) => [s.kind, s]));
  const walk = new TargetWalk(ctx, found, ring, new Set(declared.keys()));
  const kinds = await targetKinds(ctx.db);
  // Kinds without rows of their own first: among them are the mass entries that speak for rows of other kinds.
  for (const kind of kinds) if (!declared.has(kind)) for await (const _ of walk.targets(kind)) { /* the walk itself checks */ }
  let count = 0;
  for (const [kind, state] of declared) count += await compare(ctx, state, walk.targets(kind), { kind, ring, mass: walk.mass.get(kind) ?? new Map<string, string>(), found });
  walk.end();
  return count;
}
