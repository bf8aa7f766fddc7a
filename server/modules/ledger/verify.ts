/** The whole check behind `muster verify`: reads only, in pages, while business goes on. */
import { msBetween } from "../../kernel/clock.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { Keys } from "../../kernel/keys.ts";
import type { LedgerState } from "../../kernel/module.ts";
import { Findings, type Verification } from "./findings.ts";
import { openNote, parseCheckpoint, parsePublicKey, type CheckpointText } from "./note.ts";
import { oldestWaiting } from "./seal-store.ts";
import { verifyTargets } from "./verify-targets.ts";
import { verifyTree } from "./verify-tree.ts";
import { verifyUnsealed, verifyWriters } from "./verify-unsealed.ts";

export type { Finding, Notice, Verification } from "./findings.ts";

/** The check could not be made at all (exit 2): no key, a foreign anchor. */
export class Unreadable extends Error {}

export interface VerifyOptions {
  /** Checkpoints kept outside (signed notes): the ledger must contain them. Without one, a ledger cut off at its end looks whole. */
  readonly anchors?: readonly string[];
  /** Told the part that begins, for a progress line. */
  readonly onStep?: (step: "entries" | "waiting" | "states") => void;
}

/**
 * Checks stored bytes → leaves → places → tiles → roots → signatures, then what waits, then every target's chain and every row of the
 * declared kinds. `ctx.db` should be the read-only connection.
 */
export async function verifyLedger(ctx: Ctx, keys: Keys, states: readonly LedgerState[], options: VerifyOptions = {}): Promise<Verification> {
  const verifier = keys.publicKey === null ? undefined : parsePublicKey(keys.publicKey);
  if (!verifier) throw new Unreadable("the ledger's public key is missing from the key folder (ledger-public-key)");
  const anchors = (options.anchors ?? []).map((note): CheckpointText => {
    const text = openNote(note, [verifier]);
    const said = text === undefined ? undefined : parseCheckpoint(text);
    if (!said) throw new Unreadable("the checkpoint given was not signed by this ledger's key");
    return said;
  });
  const found = new Findings();
  options.onStep?.("entries");
  const tree = await verifyTree(ctx.db, [verifier], anchors, found);
  options.onStep?.("waiting");
  const unsealed = await verifyUnsealed(ctx.db, keys, found);
  await verifyWriters(ctx.db, found);
  const oldest = await oldestWaiting(ctx.db);
  if (oldest !== undefined && msBetween(oldest, ctx.now) > 60_000) found.note("unsealed", `${unsealed} entries are not sealed yet, the oldest since ${oldest}; is Muster running, and has it its signing key?`);
  options.onStep?.("states");
  const count = await verifyTargets(ctx, keys, states, found);
  return { ok: found.count === 0, entries: tree.entries, unsealed, checkpoints: tree.checkpoints, states: count, findings: found.list, findingCount: found.count, notices: found.notices };
}
