/**
 * The life of one API request after routing: permission → input → upload → prepare → unit of work (ids, operation,
 * ledger entry) → output. The whole "controller" layer of Muster; modules add data, never steps.
 */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Context } from "koa";
import type { z } from "zod";
import type { Endpoint, FilePending, FileReply } from "../contract.ts";
import type { Actor, Ctx, PrepareCtx, Scope, Upload } from "../ctx.ts";
import { kernelFailures, type FieldFault } from "../errors.ts";
import type { StoredFile } from "../files.ts";
import type { Loader, Prepared } from "../module.ts";
import { readCtx, runUnit, type Kernel, type UnitBy } from "../unit.ts";
import { authoriseIds, scopeOf } from "./authorise.ts";
import { readJson, type JsonBody } from "./body.ts";
import { once, Repeat, repeatable, stored } from "./idempotency.ts";
import { deviceCookie, sessionCookie, type ScopePort } from "./session.ts";

export interface Operation { readonly name: string; readonly endpoint: Endpoint; readonly handler: unknown }
export interface Asking { readonly requestId: string; readonly actor: Actor; readonly peer: string; readonly agent: string; readonly device: string | null }
export interface EndpointParts { readonly kernel: Kernel; readonly loaders: ReadonlyMap<string, Loader>; readonly scope: ScopePort }

const emptyBody: JsonBody = { bytes: Buffer.alloc(0), value: {} };

function fieldFaults(error: z.ZodError): FieldFault[] {
  return error.issues.slice(0, 50).flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ path: [...issue.path, key].join("."), code: "unknown", message: "is not a field here" }))
      : [{ path: issue.path.join("."), code: issue.code, message: issue.message }]);
}

/** Path, query and body as one object; a name that comes from two places is refused. */
function gather(http: Context, params: Readonly<Record<string, string>>, body: JsonBody): Record<string, unknown> {
  const out: Record<string, unknown> = { ...body.value };
  if (http.querystring !== "") {
    const query = new URLSearchParams(http.querystring);
    for (const key of new Set(query.keys())) {
      const values = query.getAll(key);
      if (Object.hasOwn(out, key)) throw kernelFailures.invalid({ fields: [{ path: key, code: "twice", message: "is given twice" }] });
      Object.defineProperty(out, key, { value: values.length === 1 ? values[0] : values, enumerable: true, writable: true });
    }
  }
  for (const [key, value] of Object.entries(params)) {
    if (Object.hasOwn(out, key)) throw kernelFailures.invalid({ fields: [{ path: key, code: "twice", message: "is given twice" }] });
    out[key] = value;
  }
  return out;
}

function parse(endpoint: Endpoint, given: Record<string, unknown>): Record<string, unknown> {
  // Array fields of a query come as one string when given once.
  if (endpoint.method === "GET" && "shape" in endpoint.input) {
    for (const [key, type] of Object.entries(endpoint.input.shape as Record<string, z.ZodType>)) {
      if (typeof given[key] === "string" && isArrayType(type)) given[key] = [given[key]];
    }
  }
  const parsed = endpoint.input.safeParse(given);
  if (!parsed.success) throw kernelFailures.invalid({ fields: fieldFaults(parsed.error) });
  return parsed.data as Record<string, unknown>;
}

function isArrayType(type: z.ZodType): boolean {
  const def = type.def as { type: string; innerType?: z.ZodType };
  return def.type === "array" || (def.innerType !== undefined && isArrayType(def.innerType));
}

/** A generator of its own: whatever ends it, an error included, only ends the reading of the request. */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
}

/**
 * Stores the body as a file. Not the request itself is handed over: destroyed in its middle, as streams are when nobody wants
 * the rest, it would stand in the way of the next request on this connection. What is left is read and thrown away.
 */
async function keep(http: Context, parts: EndpointParts, maxBytes: number): Promise<StoredFile> {
  try { return await parts.kernel.files.put(Readable.from(chunksOf(http.req)), maxBytes); } catch (error) {
    if (http.req.readableAborted) throw kernelFailures.malformed({}, "The upload broke off.");
    http.req.resume();
    throw error;
  }
}

async function receive(http: Context, parts: EndpointParts, endpoint: Endpoint, given: Record<string, unknown>, check: () => Promise<void>): Promise<Upload | null> {
  if (!endpoint.upload) return null;
  if (http.request.headers["content-type"] !== "application/octet-stream") throw kernelFailures.unsupported();
  const length = Number(http.request.headers["content-length"] ?? 0);
  if (length > endpoint.upload.maxBytes) throw kernelFailures.too_large();
  await check();
  const kept = await keep(http, parts, endpoint.upload.maxBytes);
  return { ...kept, name: String(given["name"] ?? "file"), type: "application/octet-stream" };
}

const isPrepared = (handler: unknown): handler is Prepared<unknown, unknown> => typeof handler === "object" && handler !== null && "run" in handler;

async function act(http: Context, parts: EndpointParts, operation: Operation, asking: Asking, scope: Scope, input: Record<string, unknown>, upload: Upload | null, body: JsonBody): Promise<unknown> {
  const { endpoint, handler } = operation;
  const isWrite = endpoint.method !== "GET" || endpoint.audit !== undefined;
  const by: UnitBy = {
    actor: asking.actor, requestId: asking.requestId, peer: asking.peer, agent: asking.agent, device: asking.device, upload,
    onDevice: (token, expiresAt) => { http.append("Set-Cookie", deviceCookie(token, expiresAt)); },
    // A repeat writes nothing, so it owes no entry.
    mustAudit: (value) => typeof endpoint.audit === "string" && !(value instanceof Repeat),
    onLogin: (token, expiresAt) => {
      http.append("Set-Cookie", sessionCookie(token, expiresAt));
      if (token === null) http.set("Clear-Site-Data", '"cache", "storage"');
    },
  };
  // An uploaded file belongs to the request as much as a JSON body does.
  const repeat = endpoint.method === "GET" || endpoint.shownOnce === true || asking.actor.kind === "anonymous" ? undefined
    : repeatable(http.request.headers["idempotency-key"], operation.name, http.url, upload ? Buffer.from(upload.sha256) : body.bytes);
  let ready: unknown;
  if (isPrepared(handler)) {
    const reading = readCtx(parts.kernel, by);
    await authoriseIds(reading, endpoint, scope, input, parts.loaders, parts.scope);
    // What was done already must not be prepared again: the state it was prepared for is gone.
    const known = repeat && await stored(reading, repeat);
    if (known) return known.answer;
    const prepareCtx: PrepareCtx = { ...reading, files: parts.kernel.files, workers: parts.kernel.workers };
    ready = await handler.prepare(prepareCtx, input);
  }
  const run = (ctx: Ctx): Promise<unknown> => isPrepared(handler) ? handler.run(ctx, input, ready as never) : (handler as (ctx: Ctx, input: unknown) => Promise<unknown>)(ctx, input);
  if (!isWrite) {
    const ctx = readCtx(parts.kernel, by);
    await authoriseIds(ctx, endpoint, scope, input, parts.loaders, parts.scope);
    return finish(endpoint, await run(ctx));
  }
  const answer = await runUnit(parts.kernel, by, async (ctx) => {
    await authoriseIds(ctx, endpoint, scope, input, parts.loaders, parts.scope);
    if (upload) await recordBlob(ctx, upload);
    return once(ctx, repeat, async () => finish(endpoint, await run(ctx)));
  });
  return answer instanceof Repeat ? answer.answer : answer;
}

const recordBlob = (ctx: Ctx, upload: Upload): Promise<number> =>
  ctx.db.run("INSERT INTO blobs (sha256, size, type, created_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING", [upload.sha256, upload.size, upload.type, ctx.now]);

/** Output is parsed by the contract, so that no further field can leak. */
function finish(endpoint: Endpoint, output: unknown): unknown {
  if (endpoint.download) return output;
  const parsed = endpoint.output.safeParse(output);
  if (!parsed.success) throw new Error(`the answer of ${endpoint.method} ${endpoint.path} is not what its contract says: ${JSON.stringify(fieldFaults(parsed.error)).slice(0, 500)}`);
  return parsed.data;
}

function sendFile(http: Context, file: FileReply | FilePending): void {
  if ("pending" in file) {
    http.status = 202;
    http.set("Retry-After", String(file.retryAfterS));
    http.set("Cache-Control", "no-store");
    http.type = "application/json";
    http.body = JSON.stringify({ state: "pending" });
    return;
  }
  http.status = 200;
  if (file.etag !== undefined) {
    http.set("ETag", `"${file.etag}"`);
    if (http.request.headers["if-none-match"] === `"${file.etag}"`) { http.status = 304; return; }
  }
  http.set("Content-Type", file.type);
  // Stored files are never run: no scripts, no frames of their own; a PDF viewer needs the document unsandboxed.
  http.set("Content-Security-Policy", `default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'${file.type === "application/pdf" ? "" : "; sandbox"}`);
  if (file.inline === true) http.set("X-Frame-Options", "SAMEORIGIN");
  const ascii = file.name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  http.set("Content-Disposition", `${file.inline === true ? "inline" : "attachment"}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`);
  http.set("Cache-Control", file.cache === "private-forever" ? "private, max-age=31536000, immutable" : "no-store");
  http.body = file.body instanceof Uint8Array ? Buffer.from(file.body.buffer, file.body.byteOffset, file.body.byteLength)
    : typeof file.body === "string" ? file.body : Readable.from(file.body);
}

/** Answers one request of one operation. Refusals are thrown. */
export async function answer(http: Context, parts: EndpointParts, operation: Operation, params: Readonly<Record<string, string>>, asking: Asking): Promise<void> {
  const { endpoint } = operation;
  const scope = scopeOf(asking.actor, endpoint);
  const isPlain = endpoint.method !== "GET" && !endpoint.upload;
  const body = isPlain ? await readJson(http.req) : emptyBody;
  const given = gather(http, params, body);
  const input = parse(endpoint, given);
  const upload = await receive(http, parts, endpoint, given, () =>
    authoriseIds(readCtx(parts.kernel, { actor: asking.actor, requestId: asking.requestId }), endpoint, scope, input, parts.loaders, parts.scope));
  const output = await act(http, parts, operation, asking, scope, input, upload, body);
  if (endpoint.download) { sendFile(http, output as FileReply | FilePending); return; }
  http.status = 200;
  http.set("Cache-Control", "no-store");
  http.type = "application/json";
  http.body = JSON.stringify(output);
}
