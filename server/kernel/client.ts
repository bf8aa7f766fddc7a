/** The typed client of a contract, for both interfaces and the tests. Needs only method and path of each operation. */
import type { Contract, Endpoint, FilePending, FileReply } from "./contract.ts";
import type { FieldFault } from "./errors.ts";
import type { z } from "zod";

/** What the caller gives: before the contract's transformations. */
export type Given<E extends Endpoint> = z.input<E["input"]>;
export type Answer<E extends Endpoint> = [z.output<E["output"]>] extends [FileReply | FilePending] ? Blob : z.output<E["output"]>;

export interface CallOptions {
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** The file of an upload; its name is sent in the query, its type in the header. */
  readonly file?: Blob & { readonly name?: string };
}

export type Client<C extends Contract> = { readonly [K in keyof C]: (input: Given<C[K]>, options?: CallOptions) => Promise<Answer<C[K]>> };
/** What remains of a contract in the portal's bundle. */
export type Routes<C extends Contract> = { readonly [K in keyof C]: { readonly method: string; readonly path: string } };

export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly fields: readonly FieldFault[];
  readonly values: Readonly<Record<string, string | number>>;
  readonly retryAfterS: number | null;
  constructor(status: number, body: Partial<{ code: string; requestId: string; detail: string; fields: readonly FieldFault[]; values: Record<string, string | number> }>, retryAfterS: number | null) {
    super(body.detail ?? `request failed (${status})`);
    this.name = "ApiFailure";
    this.status = status;
    this.code = body.code ?? (status === 0 ? "request.offline" : "request.unreadable");
    this.requestId = body.requestId ?? "";
    this.fields = body.fields ?? [];
    this.values = body.values ?? {};
    this.retryAfterS = retryAfterS;
  }
}

export interface Transport {
  /** "" in a browser: same origin. */
  readonly origin: string;
  /** Token against cross-site requests, from the session; null before sign-in. */
  csrf(): string | null;
  readonly fetch?: typeof fetch;
  /** Told of each failure, e.g. to show the sign-in when the session is over. */
  onFailure?(failure: ApiFailure): void;
}

/** Address of an operation: path parameters are taken out of `input`, the rest goes to the query of a GET or upload. */
export function addressOf(route: { readonly method: string; readonly path: string }, input: Readonly<Record<string, unknown>>, allInQuery: boolean): { url: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...input };
  let url = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(typeof value === "string" ? value : "");
  });
  if (allInQuery) {
    const query = new URLSearchParams();
    for (const [k, v] of Object.entries(rest)) {
      if (Array.isArray(v)) for (const x of v) query.append(k, String(x));
      else if (v !== undefined && v !== null) query.append(k, String(v));
    }
    if (query.size > 0) url += `?${query.toString()}`;
  }
  return { url, rest };
}

async function call(transport: Transport, route: { readonly method: string; readonly path: string; readonly download?: true | undefined }, input: Record<string, unknown>, options: CallOptions): Promise<unknown> {
  const isQuery = route.method === "GET" || options.file !== undefined;
  const { url, rest } = addressOf(route, options.file ? { name: options.file.name ?? "file", ...input } : input, isQuery);
  const headers: Record<string, string> = { accept: "application/json" };
  const csrf = transport.csrf();
  if (route.method !== "GET" && csrf !== null) headers["x-muster-csrf"] = csrf;
  if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
  const init: RequestInit = { method: route.method, headers, credentials: "same-origin", redirect: "error" };
  if (options.signal) init.signal = options.signal;
  if (options.file) {
    headers["content-type"] = "application/octet-stream";
    init.body = options.file;
  } else if (!isQuery) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(rest);
  }
  let response: Response;
  try { response = await (transport.fetch ?? fetch)(transport.origin + url, init); } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiFailure(0, {}, null);
  }
  const type = response.headers.get("content-type") ?? "";
  if (response.status === 202 && route.download === true) throw new ApiFailure(202, { code: "request.pending" }, Number(response.headers.get("retry-after") ?? 2));
  if (response.ok) return route.download === true || !type.includes("json") ? response.blob() : response.json();
  const after = response.headers.get("retry-after");
  throw new ApiFailure(response.status, type.includes("json") ? await response.json() as object : {}, after === null ? null : Number(after));
}

/** `client(courses, transport).publish({ courseId, … })`. */
export function client<C extends Contract>(contract: C | Routes<C>, transport: Transport): Client<C> {
  const out: Record<string, (input: Record<string, unknown>, options?: CallOptions) => Promise<unknown>> = {};
  for (const [name, route] of Object.entries(contract)) {
    out[name] = async (input, options = {}) => {
      try { return await call(transport, route, input, options); } catch (error) {
        if (error instanceof ApiFailure) transport.onFailure?.(error);
        throw error;
      }
    };
  }
  return out as Client<C>;
}
