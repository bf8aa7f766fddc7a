/**
 * The only writer of entries, tiles and checkpoints: every second it takes the committed intakes that wait, gives them their places in
 * the tree and signs the new head, all in one transaction under a lease. Without its key it seals nothing and says so; business goes on.
 */
import type { Logger } from "pino";
import { msBetween, shiftInstant, type Clock } from "../../kernel/clock.ts";
import type { Database, Db } from "../../kernel/db/database.ts";
import type { Keys } from "../../kernel/keys.ts";
import { releaseLease, takeLease } from "../../kernel/lease.ts";
import { intakeMac, macKeyOf, type Ledger } from "./append.ts";
import { checkpointText, openNote, parsePublicKey, signNote } from "./note.ts";
import { newestCheckpoint, oldestWaiting, refuseIntakes, tileReader, waitingIntakes, writeCheckpoint, writeEntries, writeTiles, type Waiting } from "./seal-store.ts";
import { grow, remembering, treeRoot } from "./tiles.ts";

export interface SealerParts {
  readonly database: Database;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names this process in the lease. */
  readonly holder: string;
  /** The port of this process, whose acknowledged rows are looked up again. */
  readonly ledger?: Ledger;
  readonly everyMs?: number;
}

export type SealProblem = "no_key" | "foreign_key" | "failed" | "lagging" | "forged" | "vanished";
export interface SealerStatus {
  /** Milliseconds the oldest unsealed entry has been waiting. */
  readonly lagMs: number;
  /** Alarms that stand; empty is well. */
  readonly problems: readonly SealProblem[];
  /** Entries sealed by this process. */
  readonly sealed: number;
}
/** `held`: another process seals. */
export type SealOutcome = { readonly sealed: number; readonly state: "sealed" | "idle" | "held" | "no_key" | "foreign_key" };

export interface Sealer {
  /** Seals all that waits; resolves when nothing does. For tests, the command line and orderly stops. */
  sealNow(): Promise<SealOutcome>;
  status(): SealerStatus;
  /** Seals what is left and gives the lease back. */
  stop(): Promise<void>;
}

export const leaseName = "ledger-sealer";
const leaseMs = 15_000;
/** 4,096 would hold the only writer of SQLite for more than 50 ms on two slow cores. */
const batchSize = 2_048;
const alarmLagMs = 60_000;
const lookUpEvery = 15;

/** For one target the versions come in order, whatever the clocks of the writers' ids say; everything else stays in id order. */
function inOrder(rows: readonly Waiting[]): Waiting[] {
  const places = new Map<string, number[]>();
  rows.forEach((r, i) => {
    const key = `${r.kind}\0${r.target}`;
    const known = places.get(key);
    if (known) known.push(i); else places.set(key, [i]);
  });
  const out = [...rows];
  for (const at of places.values()) {
    if (at.length < 2) continue;
    const sorted = at.map((i) => rows[i] as Waiting).sort((a, b) => a.version - b.version);
    at.forEach((place, k) => { out[place] = sorted[k] as Waiting; });
  }
  return out;
}

interface Batch { readonly outcome: SealOutcome; readonly forged: readonly string[]; readonly mayBeMore: boolean }
const nothing = (state: SealOutcome["state"]): Batch => ({ outcome: { sealed: 0, state }, forged: [], mayBeMore: false });

async function sealBatch(db: Db, parts: SealerParts): Promise<Batch> {
  const { keys } = parts;
  const verifier = keys.publicKey === null ? undefined : parsePublicKey(keys.publicKey);
  if (!keys.signer || !verifier || keys.publicKey === null) return nothing("no_key");
  const epoch = await takeLease(db, leaseName, parts.holder, leaseMs);
  if (epoch === null) return nothing("held");
  const last = await newestCheckpoint(db);
  // A head that another key signed must not be extended: the folder and the database do not belong together.
  if (last && openNote(last.note, [verifier]) === undefined) return nothing("foreign_key");
  const waiting = await waitingIntakes(db, batchSize);
  if (waiting.length === 0) return nothing("idle");
  const macKey = macKeyOf(keys);
  const forged = waiting.filter((r) => !intakeMac(macKey, r.leaf, r.writerId, r.epoch, r.n, r.voids).equals(r.mac)).map((r) => r.id);
  if (forged.length > 0) await refuseIntakes(db, forged);
  const rows = inOrder(forged.length === 0 ? waiting : waiting.filter((r) => !forged.includes(r.id)));
  const mayBeMore = waiting.length === batchSize;
  if (rows.length === 0) return { ...nothing("idle"), forged, mayBeMore };
  const firstSeq = last?.size ?? 0;
  const size = firstSeq + rows.length;
  await writeEntries(db, firstSeq, rows);
  const read = remembering(tileReader(db));
  await writeTiles(db, await grow(read, firstSeq, rows.map((r) => r.leaf)));
  const root = await treeRoot(remembering(tileReader(db)), size);
  const now = parts.clock.now();
  const sealedAt = last && now <= last.sealedAt ? shiftInstant(last.sealedAt, 1) : now;
  const note = signNote(checkpointText(keys.signer.name, size, root), keys.signer, keys.publicKey);
  await writeCheckpoint(db, { number: (last?.number ?? 0) + 1, firstSeq, size, root, note, epoch, sealedAt });
  return { outcome: { sealed: rows.length, state: "sealed" }, forged, mayBeMore };
}

const words: Record<SealProblem, string> = {
  no_key: "the ledger signing key is missing: nothing is sealed until it is back in the key folder",
  foreign_key: "the newest checkpoint was signed by another key: the key folder does not belong to this database",
  failed: "the ledger could not be sealed",
  lagging: "ledger entries have been waiting to be sealed for more than a minute",
  forged: "rows that no Muster process wrote were found in the ledger's intake and left out",
  vanished: "acknowledged ledger entries are gone from the database before they were sealed",
};

/** Starts sealing in the background. */
export function startSealer(parts: SealerParts): Sealer {
  const everyMs = parts.everyMs ?? 1_000;
  const problems = new Map<SealProblem, number>();
  let sealed = 0, lagMs = 0, ticks = 0, isStopping = false;
  let running: Promise<SealOutcome> | undefined;

  const alarm = (problem: SealProblem, more: Record<string, unknown> = {}): void => {
    // Said at once, then once a minute while it stands.
    if ((problems.get(problem) ?? 0) % Math.max(1, Math.round(60_000 / everyMs)) === 0) parts.log.error({ problem, ...more }, words[problem]);
    problems.set(problem, (problems.get(problem) ?? 0) + 1);
  };

  const sealAll = async (): Promise<SealOutcome> => {
    let total = 0;
    for (;;) {
      if ((await oldestWaiting(parts.database.read)) === undefined && parts.keys.signer) { lagMs = 0; return { sealed: total, state: total > 0 ? "sealed" : "idle" }; }
      const { outcome, forged, mayBeMore } = await parts.database.unit((db) => sealBatch(db, parts), { deadlineMs: 10_000 });
      total += outcome.sealed;
      sealed += outcome.sealed;
      if (forged.length > 0) alarm("forged", { count: forged.length, first: forged[0] });
      if (outcome.state === "no_key" || outcome.state === "foreign_key") alarm(outcome.state);
      else { problems.delete("no_key"); problems.delete("foreign_key"); }
      if (!mayBeMore) return { sealed: total, state: total > 0 ? "sealed" : outcome.state };
    }
  };

  const look = async (): Promise<void> => {
    const oldest = await oldestWaiting(parts.database.read);
    lagMs = oldest === undefined ? 0 : Math.max(0, msBetween(oldest, parts.clock.now()));
    if (lagMs > alarmLagMs) alarm("lagging", { lagMs }); else problems.delete("lagging");
    if (parts.ledger && ticks++ % lookUpEvery === 0) {
      const count = await parts.ledger.writer.missing(parts.database.read);
      if (count > 0) alarm("vanished", { count });
    }
  };

  const seal = (): Promise<SealOutcome> => (running ??= sealAll().finally(() => { running = undefined; }));
  const tick = async (): Promise<void> => {
    try {
      await seal();
      await look();
      problems.delete("failed");
    } catch (error) { alarm("failed", { err: error }); }
  };

  let isTicking = false;
  const timer = setInterval(() => {
    if (isTicking || isStopping) return;
    isTicking = true;
    void tick().finally(() => { isTicking = false; });
  }, everyMs);
  timer.unref();
  return {
    sealNow: async () => {
      // A batch already under way may have begun before the caller's commit.
      if (running) await running;
      return seal();
    },
    status: () => ({ lagMs, problems: [...problems.keys()], sealed }),
    stop: async () => {
      isStopping = true;
      clearInterval(timer);
      await running?.catch(() => undefined);
      // An orderly stop leaves nothing unsealed.
      if (parts.keys.signer) await sealAll().catch((error: unknown) => { alarm("failed", { err: error }); });
      await parts.database.unit((db) => releaseLease(db, leaseName, parts.holder)).catch(() => 0);
    },
  };
}
