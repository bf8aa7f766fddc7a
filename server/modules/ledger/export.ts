/** The whole of what a filter finds, as a stream: memory stays flat however long the ledger is. */
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { stringify } from "csv-stringify/sync";
import type { Input, Output } from "../../kernel/contract.ts";
import type { Ctx, PrepareCtx } from "../../kernel/ctx.ts";
import type { Db } from "../../kernel/db/database.ts";
import type { Keys } from "../../kernel/keys.ts";
import { prepared } from "../../kernel/module.ts";
import { readBody } from "./body.ts";
import type { EntryFilter, ledger } from "./contract.ts";
import { instanceKey, readPersonKeys } from "./person-keys.ts";
import { valuesOf } from "./service.ts";
import { pageFrom, type Full } from "./store.ts";

type E = (typeof ledger)["exportEntries"];
const pageSize = 500;
const header = ["at", "action", "actor", "actor_name", "subject", "subject_name", "target_kind", "target", "target_version", "reason", "before", "after", "values", "seq", "entry", "leaf_hash", "request"];

async function render(db: Db, keys: Keys, page: readonly Full[], format: "csv" | "jsonl"): Promise<string> {
  const known = await readPersonKeys(db, keys, [...new Set(page.map((e) => e.subject ?? instanceKey))]);
  const lines: unknown[][] = [];
  let out = "";
  for (const e of page) {
    const body = readBody(e.body);
    const v = valuesOf(e, body, known.get(e.subject ?? instanceKey));
    const leafHash = e.leafHash.toString("hex");
    if (format === "jsonl") {
      // `body` is text: whoever checks the hash needs its very bytes.
      out += `${JSON.stringify({ seq: e.seq, id: e.id, leafHash, body: e.body.toString("utf8"), actorName: e.actorName, subjectName: e.subjectName, values: v.values, before: v.before, after: v.after, reason: v.reason })}\n`;
      continue;
    }
    const shown = (value: unknown): string => (value === null ? "" : JSON.stringify(value));
    lines.push([e.at, e.action, e.actor, e.actorName, e.subject, e.subjectName, e.targetKind, e.target, e.targetVersion, v.reason, shown(v.before), shown(v.after), v.values, e.seq, e.id, leafHash, body?.req ?? ""]);
  }
  return format === "jsonl" ? out : stringify(lines, { escape_formulas: true, record_delimiter: "windows" });
}

async function* lines(db: Db, keys: Keys, tenantId: string, filter: EntryFilter, format: "csv" | "jsonl", upTo: string): AsyncGenerator<string> {
  // Spreadsheets take a file without the mark for the local code page.
  if (format === "csv") yield `\uFEFF${stringify([header], { record_delimiter: "windows" })}`;
  let after: { at: string; id: string } | null = null;
  for (;;) {
    const page: Full[] = await pageFrom(db, tenantId, filter, upTo, after, pageSize);
    const last = page.at(-1);
    if (last) yield await render(db, keys, page, format);
    if (!last || page.length < pageSize) return;
    after = { at: last.at, id: last.id };
    await turn();
  }
}

/** The rows are read while the answer is sent, after the unit that noted the export has committed. */
export const exportWith = (keys: Keys) => prepared<Input<E>, Db, Output<E>>(
  async (ctx: PrepareCtx) => ctx.db,
  async (ctx: Ctx, { format, ...filter }, db) => {
    ctx.audit("ledger.exported", { kind: "ledger_export", id: ctx.newId() }, { after: { format, ...filter } });
    return {
      type: format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8", name: `ledger-${ctx.now.slice(0, 10)}.${format}`,
      body: Readable.from(lines(db, keys, ctx.tenantId, filter, format, ctx.now)),
    };
  });
