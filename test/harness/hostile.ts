/** Hostile requests made from the contracts: a well-formed sample per operation, then every leaf of it replaced by what it must not be. */
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { z } from "zod";
import type { Endpoint } from "../../server/kernel/contract.ts";
import { permissionsOf } from "../../server/modules/access/index.ts";
import { roles, type Role, type World } from "./world.ts";

export interface Operation { readonly name: string; readonly endpoint: Endpoint }
export const operationsOf = (w: World): Operation[] => w.muster.modules.flatMap((m) => Object.entries(m.contract).map(([verb, endpoint]) => ({ name: `${m.name}.${verb}`, endpoint })));
export const writesOf = (w: World): Operation[] => operationsOf(w).filter((o) => o.endpoint.method !== "GET");

const held = new Map(roles.map((role) => [role, permissionsOf([{ role, scope: "tenant", validFrom: "2000-01-01", validTo: null }], "2027-03-01")]));
/** A role that may call the operation, so that a refusal is about the input. */
export const callerOf = (endpoint: Endpoint): Role =>
  endpoint.permission === "public" || endpoint.permission === "self" ? "administrator" : roles.find((r) => held.get(r)?.has(endpoint.permission) === true) ?? "administrator";

const strings = ["nothing-of-this-name", "2027-03-02", "2027-03-02T08:00:00.000Z", "someone@nordwerk.example", "Europe/Berlin", "en", "#1d4ed8", "a".repeat(64), "12", "right", "abcdefgh", "https://muster.example", "a_b", "people", "true"];
type Def = { readonly type: string; readonly innerType?: z.ZodType; readonly element?: z.ZodType; readonly options?: readonly z.ZodType[]; readonly in?: z.ZodType; readonly values?: readonly unknown[]; readonly entries?: Record<string, string>; readonly items?: readonly z.ZodType[]; readonly valueType?: z.ZodType };

/** A value the schema accepts, as full as can be made without knowing the domain; undefined when none was found. */
export function sample(schema: z.ZodType): unknown {
  const def = schema.def as unknown as Def;
  switch (def.type) {
    case "object": return Object.fromEntries(Object.entries((schema as unknown as { shape: Record<string, z.ZodType> }).shape).flatMap(([k, v]) => { const s = sample(v); return s === undefined ? [] : [[k, s]]; }));
    case "optional": case "nullable": case "default": case "readonly": case "nonoptional": case "prefault": return def.innerType && sample(def.innerType);
    case "pipe": return def.in && sample(def.in);
    case "array": { const one = def.element && sample(def.element); return one !== undefined && schema.safeParse([one]).success ? [one] : [] as unknown[]; }
    case "tuple": return def.items?.map(sample);
    case "union": return def.options?.map(sample).find((s) => s !== undefined && schema.safeParse(s).success);
    case "literal": return def.values?.[0];
    case "enum": return Object.values(def.entries ?? {})[0];
    case "boolean": return true;
    case "number": return [1, 0, 7, 100].find((n) => schema.safeParse(n).success);
    case "record": return {};
    case "string": return strings.find((s) => schema.safeParse(s).success);
    default: return undefined;
  }
}

export type Path = readonly (string | number)[];
/** Every place in a value: leaves, lists and objects below the top. */
export function placesOf(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [at];
  return [...(at.length > 0 ? [at] : []), ...Object.entries(value).flatMap(([k, v]) => placesOf(v, [...at, Array.isArray(value) ? Number(k) : k]))];
}
export const valueAt = (value: unknown, path: Path): unknown => path.reduce<unknown>((v, k) => (v as Record<string | number, unknown>)[k], value);
export function replaced(value: unknown, path: Path, by: unknown): unknown {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) parent[last] = by;
  return copy;
}

/** What a place of this kind must never accept; the texts that no database may be given come first. */
export function wrongFor(value: unknown): readonly unknown[] {
  const texts = ["a\0b", "\ud800", "x\udc00y"];
  if (typeof value === "string") return [...texts, 7, ["x"], { x: 1 }, { toString: "x" }, true, { $ne: 1 }];
  if (typeof value === "number") return [...texts, "7", [7], { x: 1 }, 1.5, 1e308, true];
  if (typeof value === "boolean") return [...texts, "true", 1, [], {}];
  if (Array.isArray(value)) return [...texts, { 0: "x", length: 1 }, 7, [[["x"]]]];
  return [...texts, [], 7, { __proto__x: 1 }];
}

const migrations = join(import.meta.dirname, "../../migrations");
const tables = readdirSync(migrations).filter((f) => f.endsWith(".ts")).flatMap((f) => [...readFileSync(join(migrations, f), "utf8").matchAll(/createTable\(db, "(\w+)"/g)].map((m) => m[1] ?? ""));
/** Everything in the database, order aside. */
export const contents = (w: World): Promise<string> => w.unit(async (ctx) => {
  const out: string[] = [];
  for (const table of tables) out.push(table, ...(await ctx.db.rows(`SELECT * FROM ${table}`)).map((r) => JSON.stringify(r)).sort());
  return out.join("\n");
});

export interface RawAnswer {
  readonly text: string;
  /** Status codes of all answers on the connection, in order. */
  readonly statuses: readonly number[];
  /** The server ended the connection. */
  readonly isClosed: boolean;
  readonly ms: number;
}

/** Writes bytes to the listening port as they are, and reads until the server closes or `waitMs` pass without a byte. */
export function sendRaw(port: number, bytes: string | Buffer, waitMs = 8_000): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => { socket.write(bytes); });
    const finish = (isClosed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      resolve({ text, statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)].map((m) => Number(m[1])), isClosed, ms: performance.now() - began });
    };
    let timer = setTimeout(() => { finish(false); }, waitMs);
    socket.on("data", (c: Buffer) => { chunks.push(c); clearTimeout(timer); timer = setTimeout(() => { finish(false); }, waitMs); });
    socket.on("end", () => { finish(true); });
    socket.on("error", (error: NodeJS.ErrnoException) => { if (error.code === "ECONNRESET" || error.code === "EPIPE") finish(true); else reject(error); });
  });
}
