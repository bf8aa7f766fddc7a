/**
 * The contract: plain data that server, console, portal and OpenAPI share. Browser-safe: imports zod only.
 * An endpoint names its authorisation, its ids, its strict input, its output and its audit action in one place.
 */
import { z } from "zod";
import { isZone } from "./zones.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** `public`: nobody needs to be signed in. `self`: anybody signed in, about themselves only. Otherwise `noun.verb`. */
export type Permission = "public" | "self" | `${string}.${string}`;

export interface Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly method: Method;
  /** `/api/<noun>/…` with `:name` parameters. */
  readonly path: `/${string}`;
  readonly permission: Permission;
  /** Every id in path, query and body with the loader that authorises it; `personIds: "person"` covers arrays. */
  readonly ids?: Readonly<Record<string, string>>;
  /** Strict object over path parameters, query and body together. */
  readonly input: I;
  readonly output: O;
  /** Audit action of a write, or why there is none. A GET may name one to be logged. */
  readonly audit?: string | { readonly none: string };
  /** The body is a file: streamed to the blob store before the unit of work; the handler finds it in `ctx.upload`. */
  readonly upload?: { readonly maxBytes: number };
  /** The answer is a file: the handler returns a `FileReply`. */
  readonly download?: true;
  /** The answer holds a secret: it is never stored for an Idempotency-Key. */
  readonly shownOnce?: true;
  /** Why the CSRF check does not apply. */
  readonly csrfExempt?: string;
  readonly summary: string;
}

export type Contract = Readonly<Record<string, Endpoint>>;
export type Input<E extends Endpoint> = z.output<E["input"]>;
export type Output<E extends Endpoint> = z.input<E["output"]>;

export function endpoint<I extends z.ZodType, O extends z.ZodType>(e: Endpoint<I, O>): Endpoint<I, O> {
  return e;
}

// NUL and lone surrogates are refused in every string: PostgreSQL refuses the first, SQLite alters the second silently.
const clean = (s: string): boolean => !s.includes("\0") && s.isWellFormed();

/** Text of at most `max` UTF-16 units; not trimmed, may be empty unless `min` says otherwise. */
export const Text = (max: number, min = 0) => z.string().min(min).max(max).refine(clean, "contains characters that cannot be stored");
/** A one-line label: trimmed, at least one character, no control characters. */
export const Label = (max = 200) => Text(max).transform((s) => s.trim()).refine((s) => s.length > 0, "must not be empty")
  .refine((s) => !/[\u0000-\u001f\u007f\u2028\u2029]/.test(s), "must be one line");
export const Id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "is not an id");
/** Calendar date `YYYY-MM-DD` that exists (31 February does not). Years 1900–2199. */
export const Day = z.string().regex(/^(19|20|21)\d\d-\d\d-\d\d$/, "is not a date").refine((s) => {
  const [y = 0, m = 0, d = 0] = s.split("-").map(Number);
  const t = new Date(Date.UTC(y, m - 1, d));
  return t.getUTCMonth() === m - 1 && t.getUTCDate() === d;
}, "is not a date that exists");
/** Instant, ISO-8601 in UTC with milliseconds. */
export const Instant = z.iso.datetime({ precision: 3 });
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "is not a SHA-256");
export const Zone = z.string().max(64).refine(isZone, "is not a known time zone");
export const Language = z.enum(["en", "de", "ar"]);
export type Language = z.output<typeof Language>;
/** A number in a query string: digits only, bounded (z.coerce accepts arrays and objects). */
export const QueryCount = (min: number, max: number) => z.string().regex(/^\d{1,9}$/).transform(Number).pipe(z.int().min(min).max(max));
/** Page of a list: `page` from 1, `size` up to 200; `search` is plain words. */
export const PageQuery = { page: QueryCount(1, 1_000_000).optional(), size: QueryCount(1, 200).optional(), search: Text(200).optional() };
export const Page = <T extends z.ZodType>(row: T) => z.strictObject({ rows: z.array(row), total: z.int(), page: z.int(), size: z.int() });
export const Nothing = z.strictObject({});
/** Marker output of a download. */
export const FileOutput = z.custom<FileReply | FilePending>();

/** The file is still being made: answered 202 with Retry-After. */
export interface FilePending { readonly pending: true; readonly retryAfterS: number }

/** What a download handler returns. `body` is streamed; `inline` shows it in the browser instead of saving it. */
export interface FileReply {
  readonly type: string;
  readonly name: string;
  readonly body: Uint8Array | string | NodeJS.ReadableStream;
  readonly inline?: boolean;
  /** Strong validator; content-addressed bytes use their hash and may be cached for ever. */
  readonly etag?: string;
  readonly cache?: "private-forever";
}
