/** Reads a JSON body: bounded in size and time, fatal UTF-8, one content type. */
import type { IncomingMessage } from "node:http";
import { kernelFailures } from "../errors.ts";

const maxBytes = 2 * 1024 * 1024;
const maxMs = 30_000;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => { finish(kernelFailures.malformed({}, "The request body came too slowly.")); }, maxMs);
    const finish = (failure?: Error): void => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
      if (failure) { request.resume(); reject(failure); } else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) finish(kernelFailures.too_large());
      else chunks.push(chunk);
    };
    const onEnd = (): void => { finish(); };
    const onError = (): void => { finish(kernelFailures.malformed()); };
    const onClose = (): void => { finish(kernelFailures.malformed()); };
    request.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
  });
}

export interface JsonBody { readonly bytes: Buffer; readonly value: Readonly<Record<string, unknown>> }
const nothing: JsonBody = { bytes: Buffer.alloc(0), value: {} };

/** The body as an object; an absent body is `{}`. Refuses `request.unsupported`, `request.malformed`, `request.too_large`. */
export async function readJson(request: IncomingMessage): Promise<JsonBody> {
  const type = request.headers["content-type"];
  const length = request.headers["content-length"];
  if (type === undefined && (length === undefined || length === "0") && request.headers["transfer-encoding"] === undefined) return nothing;
  if (type === undefined || !/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type) || request.headers["content-encoding"] !== undefined) throw kernelFailures.unsupported();
  if (length !== undefined && Number(length) > maxBytes) throw kernelFailures.too_large();
  const bytes = await collect(request);
  if (bytes.length === 0) return nothing;
  let value: unknown;
  try { value = JSON.parse(utf8.decode(bytes)); } catch { throw kernelFailures.malformed({}, "The request body is not valid JSON."); }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw kernelFailures.malformed({}, "The request body must be a JSON object.");
  return { bytes, value: value as Record<string, unknown> };
}
