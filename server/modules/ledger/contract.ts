import { z } from "zod";
import { endpoint, FileOutput, Id, Instant, Nothing, Page, PageQuery, QueryCount, Sha256, Text } from "../../kernel/contract.ts";

const Word = Text(300, 1);
const filters = {
  search: Text(200).optional(), action: Word.optional(), actor: Word.optional(), subject: Word.optional(), targetKind: Word.optional(), target: Word.optional(),
  /** Entries from this instant on, and before that one. */
  from: Instant.optional(), to: Instant.optional(), sealed: z.enum(["yes", "no"]).optional(),
};
export type EntryFilter = z.output<ReturnType<typeof z.strictObject<typeof filters>>>;

export const EntryRow = z.strictObject({
  id: Id, /** Place in the tree; null until it is sealed. */ seq: z.int().nullable(), at: Instant, action: z.string(),
  /** A person's id, or the name of a part of Muster. The name is null for those, and after an erasure. */
  actor: z.string(), actorName: z.string().nullable(), subject: z.string().nullable(), subjectName: z.string().nullable(),
  targetKind: z.string(), target: z.string(), targetVersion: z.int(),
});
export type EntryRow = z.output<typeof EntryRow>;

/** Hashes as hex, from the leaf's neighbour up; RFC 6962, section 2.1.1. */
export const Inclusion = z.strictObject({ seq: z.int(), size: z.int(), leafHash: Sha256, path: z.array(Sha256), root: Sha256, /** The signed checkpoint of that size. */ note: z.string() });
export type Inclusion = z.output<typeof Inclusion>;

export const EntryDetail = EntryRow.extend({
  actorKind: z.enum(["person", "system", "plugin", "anonymous"]), requestId: z.string(), leafHash: Sha256,
  /** Exactly the bytes that are hashed. */
  body: z.string(),
  /** `kept`: readable below; `none`: the entry had none; `erased`: the person's key was destroyed; `damaged`: altered or lost. */
  values: z.enum(["kept", "none", "erased", "damaged"]),
  before: z.json(), after: z.json(), reason: z.string().nullable(),
  rows: z.strictObject({ count: z.int(), digest: Sha256 }).nullable(),
  inclusion: Inclusion.nullable(),
});

export const CheckpointRow = z.strictObject({ number: z.int(), firstSeq: z.int(), size: z.int(), root: Sha256, sealedAt: Instant, note: z.string() });

export const ledger = {
  entries: endpoint({
    method: "GET", path: "/api/ledger/entries", permission: "ledger.read", summary: "What was changed, by whom and when, newest first",
    input: z.strictObject({ ...PageQuery, ...filters }), output: Page(EntryRow),
  }),
  entry: endpoint({
    method: "GET", path: "/api/ledger/entries/:entryId", permission: "ledger.read", ids: { entryId: "ledgerEntry" }, summary: "One entry with its values and its proof of inclusion",
    input: z.strictObject({ entryId: Id }), output: EntryDetail,
  }),
  facets: endpoint({
    method: "GET", path: "/api/ledger/facets", permission: "ledger.read", summary: "Actions and kinds of targets that occur",
    input: Nothing, output: z.strictObject({ actions: z.array(z.string()), targetKinds: z.array(z.string()) }),
  }),
  exportEntries: endpoint({
    method: "GET", path: "/api/ledger/export", permission: "ledger.read", audit: "ledger.exported", download: true, summary: "All entries that pass the filter, oldest first, as CSV or JSON lines",
    input: z.strictObject({ format: z.enum(["csv", "jsonl"]), ...filters }), output: FileOutput,
  }),
  checkpoints: endpoint({
    method: "GET", path: "/api/ledger/checkpoints", permission: "ledger.read", summary: "Signed tree heads, newest first",
    input: z.strictObject({ page: PageQuery.page, size: PageQuery.size }), output: Page(CheckpointRow),
  }),
  consistency: endpoint({
    method: "GET", path: "/api/ledger/consistency", permission: "ledger.read", summary: "Proof that a later checkpoint only adds to an earlier one",
    input: z.strictObject({ first: QueryCount(0, 999_999_999), second: QueryCount(0, 999_999_999) }), output: z.strictObject({ first: z.int(), second: z.int(), path: z.array(Sha256) }),
  }),
  summary: endpoint({
    method: "GET", path: "/api/ledger/summary", permission: "ledger.read", summary: "Size, newest checkpoint, waiting entries, public key", input: Nothing,
    output: z.strictObject({
      size: z.int(), waiting: z.int(), /** Seconds the oldest unsealed entry has waited. */ lagSeconds: z.int(), checkpoint: CheckpointRow.nullable(), publicKey: z.string().nullable(),
      /** False: the signing key is missing, nothing is being sealed. */ canSeal: z.boolean(),
    }),
  }),
  checkpoint: endpoint({
    method: "GET", path: "/api/ledger/checkpoint", permission: "public", download: true, summary: "Newest checkpoint as a signed note (C2SP)", input: Nothing, output: FileOutput,
  }),
  key: endpoint({
    method: "GET", path: "/api/ledger/key", permission: "public", summary: "Public key of the checkpoints (C2SP signed-note verifier key)",
    input: Nothing, output: z.strictObject({ origin: z.string(), publicKey: z.string() }),
  }),
};
