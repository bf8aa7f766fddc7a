import type { Input, Output } from "../../kernel/contract.ts";
import { msBetween } from "../../kernel/clock.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { Db } from "../../kernel/db/database.ts";
import type { Keys } from "../../kernel/keys.ts";
import { readBody, type Body } from "./body.ts";
import type { Inclusion, ledger } from "./contract.ts";
import { fail } from "./failures.ts";
import { parsePublicKey } from "./note.ts";
import { openValues } from "./payload.ts";
import { instanceKey, readPersonKeys, type PersonKey } from "./person-keys.ts";
import { newestCheckpoint, oldestWaiting, tileReader, type Checkpoint } from "./seal-store.ts";
import * as store from "./store.ts";
import { consistencyProof, inclusionProof, remembering } from "./tiles.ts";

type C = typeof ledger;
const hex = (b: Uint8Array): string => Buffer.from(b).toString("hex");

export async function entries(ctx: Ctx, { page = 1, size = 50, ...filter }: Input<C["entries"]>): Promise<Output<C["entries"]>> {
  return { ...await store.list(ctx, filter, page, size), page, size };
}

export interface Values { readonly values: Output<C["entry"]>["values"]; readonly before: unknown; readonly after: unknown; readonly reason: string | null }
const without = (values: Values["values"]): Values => ({ values, before: null, after: null, reason: null });

/** Opens an entry's values with the key of its subject (or of the instance) and holds them against the commitments. */
export function valuesOf(entry: store.Full, body: Body | undefined, key: PersonKey | undefined): Values {
  if (!body) return without("damaged");
  if (Object.keys(body.pii).length === 0) return without("none");
  if (key === null) return without("erased");
  if (!entry.sealed || !key) return without("damaged");
  const opened = openValues(entry.id, entry.sealed, key, body.pii as Record<string, string>);
  if (!opened?.isIntact) return without("damaged");
  return { values: "kept", before: opened.before ?? null, after: opened.after ?? null, reason: typeof opened.reason === "string" ? opened.reason : null };
}

async function inclusionAt(db: Db, checkpoint: Checkpoint, seq: number, leafHash: Buffer): Promise<Inclusion> {
  const path = await inclusionProof(remembering(tileReader(db)), seq, checkpoint.size);
  return { seq, size: checkpoint.size, leafHash: hex(leafHash), path: path.map(hex), root: hex(checkpoint.root), note: checkpoint.note };
}

/** Proof that the newest sealed entry about this target is in the newest checkpoint; null while it waits to be sealed. */
export async function inclusionOf(ctx: Ctx, kind: string, id: string): Promise<Inclusion | null> {
  const found = await store.newestSealed(ctx, kind, id);
  const checkpoint = await newestCheckpoint(ctx.db);
  return found && checkpoint ? inclusionAt(ctx.db, checkpoint, found.seq, found.leafHash) : null;
}

export const entryWith = (keys: Keys) => async (ctx: Ctx, { entryId }: Input<C["entry"]>): Promise<Output<C["entry"]>> => {
  const found = await store.find(ctx, entryId);
  if (!found) throw fail.not_found();
  const { body: bytes, leafHash, sealed: _sealed, ...row } = found;
  const body = readBody(bytes);
  const keyName = row.subject ?? instanceKey;
  const opened = valuesOf(found, body, (await readPersonKeys(ctx.db, keys, [keyName])).get(keyName));
  const checkpoint = row.seq === null ? undefined : await newestCheckpoint(ctx.db);
  const kind = (body?.actor.split(":", 1)[0] ?? "system") as Output<C["entry"]>["actorKind"];
  return {
    ...row, actorKind: kind, requestId: body?.req ?? "", leafHash: hex(leafHash), body: bytes.toString("utf8"), rows: body?.rows ?? null,
    values: opened.values, before: opened.before as Output<C["entry"]>["before"], after: opened.after as Output<C["entry"]>["after"], reason: opened.reason,
    inclusion: row.seq === null || !checkpoint || row.seq >= checkpoint.size ? null : await inclusionAt(ctx.db, checkpoint, row.seq, leafHash),
  };
};

export async function facets(ctx: Ctx): Promise<Output<C["facets"]>> {
  return { actions: await store.actions(ctx), targetKinds: await store.targetKinds(ctx.db) };
}

const shown = (c: store.CheckpointLine): Output<C["checkpoints"]>["rows"][number] => ({ number: c.number, firstSeq: c.first_seq, size: c.size, root: hex(c.root), sealedAt: c.sealed_at, note: c.note });

export async function checkpoints(ctx: Ctx, { page = 1, size = 50 }: Input<C["checkpoints"]>): Promise<Output<C["checkpoints"]>> {
  const found = await store.checkpoints(ctx, page, size);
  return { rows: found.rows.map(shown), total: found.total, page, size };
}

export async function consistency(ctx: Ctx, { first, second }: Input<C["consistency"]>): Promise<Output<C["consistency"]>> {
  const newest = await newestCheckpoint(ctx.db);
  if (!newest || first > second || second > newest.size) throw fail.no_such_size();
  return { first, second, path: (await consistencyProof(remembering(tileReader(ctx.db)), first, second)).map(hex) };
}

export const summaryWith = (keys: Keys) => async (ctx: Ctx): Promise<Output<C["summary"]>> => {
  const { rows: [newest] } = await store.checkpoints(ctx, 1, 1);
  const oldest = await oldestWaiting(ctx.db);
  return {
    size: newest?.size ?? 0, waiting: await store.countWaiting(ctx.db), lagSeconds: oldest === undefined ? 0 : Math.max(0, Math.round(msBetween(oldest, ctx.now) / 1_000)),
    checkpoint: newest ? shown(newest) : null, publicKey: keys.publicKey, canSeal: keys.signer !== null,
  };
};

export async function checkpoint(ctx: Ctx): Promise<Output<C["checkpoint"]>> {
  const newest = await newestCheckpoint(ctx.db);
  if (!newest) throw fail.no_checkpoint();
  return { type: "text/plain; charset=utf-8", name: "checkpoint.txt", body: newest.note, inline: true };
}

export const keyWith = (keys: Keys) => async (): Promise<Output<C["key"]>> => {
  const verifier = keys.publicKey === null ? undefined : parsePublicKey(keys.publicKey);
  if (!verifier || keys.publicKey === null) throw fail.no_key();
  return { origin: verifier.name, publicKey: keys.publicKey };
};
