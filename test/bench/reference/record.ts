/**
 * Records what one journey does to the database: the statements of each request with their values, and the answer. The bare
 * reference replays exactly these, so both always do the same SQL, whatever Muster's statements are today.
 */
import type { Database, Db, Value } from "../../../server/kernel/db/database.ts";
import type { Running } from "../../../server/main.ts";
import { BenchClient, type Reply } from "../client.ts";
import { journey } from "../client.ts";

export type Recorded = string | number | boolean | null | { readonly hex: string };
export interface Statement { readonly op: "rows" | "run"; readonly sql: string; readonly values: readonly Recorded[] }
/** One request: reads outside a transaction, then at most one transaction, and what was answered. */
export interface Step { readonly method: string; readonly path: string; readonly reads: readonly Statement[]; readonly unit: readonly Statement[]; readonly answer: unknown }

const plain = (v: Value): Recorded => (v instanceof Uint8Array ? { hex: Buffer.from(v).toString("hex") } : v);

function recordingDb(db: Db, into: Statement[]): Db {
  const refuse = (): never => { throw new Error("a builder query ran on the hot path; the reference could not replay it"); };
  const wrapped = Object.assign((table: string) => db(table), {
    dialect: db.dialect, sql: db.sql, raw: db.raw,
    rows: async <R>(sql: string, values: readonly Value[] = []) => { into.push({ op: "rows", sql, values: values.map(plain) }); return db.rows<R>(sql, values); },
    run: async (sql: string, values: readonly Value[] = []) => { into.push({ op: "run", sql, values: values.map(plain) }); return db.run(sql, values); },
  });
  return new Proxy(wrapped, { apply: refuse }) as unknown as Db;
}

/** Walks the journey of `person` once on a running Muster without background work. */
export async function record(muster: Running, courseId: string, person: number): Promise<Step[]> {
  const steps: Step[] = [];
  let reads: Statement[] = [];
  let unit: Statement[] = [];
  const real = muster.kernel.database;
  const recording: Database = {
    dialect: real.dialect,
    get read() { return recordingDb(real.read, reads); },
    unit: (work, options) => real.unit((db) => work(recordingDb(db, unit)), options),
    ping: () => real.ping(), close: () => real.close(), watch: real.watch,
  };
  // The kernel asks for its database at each request, so that it can be watched for one journey.
  (muster.kernel as { database: Database }).database = recording;
  const client = new BenchClient(muster.port);
  const watched = Object.assign(Object.create(client) as BenchClient, {
    call: async (n: number, method: string, path: string, body?: unknown): Promise<Reply> => {
      reads = [];
      unit = [];
      const reply = await client.call(n, method, path, body);
      steps.push({ method, path, reads, unit, answer: reply.body });
      return reply;
    },
  });
  try { await journey(watched, person, courseId); } finally {
    (muster.kernel as { database: Database }).database = real;
    client.close();
  }
  return steps;
}
