/** A world in which files are imported: short ways through upload → mapping → check → apply, over real HTTP. */
import { world, type Known, type Raw, type Role, type World, type WorldOptions } from "./world.ts";

export interface Checked {
  readonly id: string; readonly state: string; readonly encoding: string; readonly encodingTrust: string; readonly delimiter: string; readonly counts: Record<string, number>; readonly problem: string | null;
  readonly columns: { readonly index: number; readonly header: string; readonly target: string | null; readonly dateOrder: string | null }[];
  readonly questions: { readonly code: string; readonly blocks: boolean }[]; readonly superiors: string | null; readonly sample: { readonly row: number; readonly cells: string[] }[];
}
export interface CheckedRow {
  readonly row: number; readonly verdict: string; readonly number: string | null; readonly name: string | null; readonly personId: string | null; readonly cells: string[];
  readonly reasons: { readonly code: string; readonly text: string }[]; readonly warnings: { readonly code: string; readonly text: string }[]; readonly diff: Record<string, [string | null, string | null]>;
}
type Who = Role | Known;

export interface ImportWorld extends World {
  upload(bytes: Uint8Array | string, name?: string, who?: Who): Promise<Raw>;
  /** The answer's body; a refusal throws `{ status, code }`. */
  call<T>(method: string, path: string, body?: unknown, who?: Who): Promise<T>;
  check(bytes: Uint8Array | string, mapping?: Readonly<Record<string, string | null>>, options?: Readonly<Record<string, unknown>>): Promise<Checked>;
  apply(runId: string): Promise<Checked>;
  rows(runId: string, query?: string): Promise<CheckedRow[]>;
  count(table: string): Promise<number>;
}

export async function importWorld(options: WorldOptions = {}): Promise<ImportWorld> {
  const w = await world(options);
  const fine = <T>(seen: Raw): T => {
    if (seen.status !== 200) throw Object.assign(new Error(`${seen.status} ${seen.text}`), { status: seen.status, code: (seen.json as { code?: string } | null)?.code });
    return seen.json as T;
  };
  const call = async <T>(method: string, path: string, body?: unknown, who: Who = "hr"): Promise<T> => fine<T>(await w.request(method, path, { who, ...(body === undefined ? {} : { body }) }));
  const upload = (bytes: Uint8Array | string, name = "people.csv", who: Who = "hr"): Promise<Raw> =>
    w.request("POST", `/api/directory/runs?name=${encodeURIComponent(name)}`, { who, body: typeof bytes === "string" ? Buffer.from(bytes) : bytes, headers: { "content-type": "application/octet-stream" } });
  const run = (id: string): Promise<Checked> => call<Checked>("GET", `/api/directory/runs/${id}`);
  return {
    ...w, call, upload,
    check: async (bytes, mapping, choices) => {
      const read = fine<Checked>(await upload(bytes));
      if (mapping !== undefined || choices !== undefined) {
        const columns = read.columns.filter((c) => mapping && Object.hasOwn(mapping, c.header)).map((c) => ({ index: c.index, target: mapping?.[c.header] ?? null }));
        await call("PUT", `/api/directory/runs/${read.id}/mapping`, { columns, ...(choices === undefined ? {} : { options: choices }) });
      }
      await call("POST", `/api/directory/runs/${read.id}/plan`, {});
      await w.settle();
      return run(read.id);
    },
    apply: async (id) => {
      await call("POST", `/api/directory/runs/${id}/apply`, {});
      await w.settle();
      return run(id);
    },
    rows: async (id, query = "") => {
      const out: CheckedRow[] = [];
      for (let page = 1; ; page++) {
        const seen = await call<{ rows: CheckedRow[]; total: number }>("GET", `/api/directory/runs/${id}/rows?size=200&page=${page}${query}`);
        out.push(...seen.rows);
        if (out.length >= seen.total || seen.rows.length === 0) return out;
      }
    },
    count: (table) => w.unit(async (ctx) => (await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n ?? 0),
  };
}
