/**
 * The very first step of every request, before cookies, bodies and Koa: one well-formed request for one known host.
 * The Host header is the wall between the application and course content, so anything else is 421 (RFC 9110, 15.5.20).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { secureHeaders } from "./headers.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Which origins this server answers for; may change once, when set-up names them. */
export interface Addresses {
  readonly publicUrl: string;
  readonly contentUrl: string;
  /** Further origins of the application, e.g. http://localhost:PORT until set-up is done. */
  readonly aliases: readonly string[];
}

export interface FrontParts {
  addresses(): Addresses;
  readonly health: { live(): boolean; ready(): Promise<boolean> };
  readonly app: Answer;
  readonly content: Answer;
}

/** `host[:port]` as a browser sends it: the default port is left out. */
export const hostOf = (origin: string): string => new URL(origin).host;

function say(response: ServerResponse, status: number, title: string, close = false): void {
  const code = status === 421 ? "request.misdirected" : status === 404 ? "request.not_found" : "request.malformed";
  response.writeHead(status, { "content-type": "application/problem+json", "cache-control": "no-store", ...(close ? { connection: "close" } : {}) });
  response.end(JSON.stringify({ type: "about:blank", title, status, code }));
}

/** Why the message is not one request with one meaning, or null. */
function malformed(request: IncomingMessage): string | null {
  const hosts = request.rawHeaders.filter((h, i) => i % 2 === 0 && h.toLowerCase() === "host").length;
  if (hosts !== 1) return "exactly one Host header is needed";
  const target = request.url ?? "";
  if (!target.startsWith("/") || target.startsWith("//")) return "the target must be a path";
  const encoding = request.headers["transfer-encoding"];
  if (encoding !== undefined && (encoding !== "chunked" || request.httpVersion === "1.0" || request.headers["content-length"] !== undefined)) return "this transfer encoding is not accepted";
  try { if (decodeURIComponent(target.replaceAll("+", "%20")).includes("\0")) return "the target has a NUL"; } catch { return "the target is not well-formed"; }
  return null;
}

async function health(parts: FrontParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "").split("?")[0];
  const good = path === "/health/live" ? parts.health.live() : path === "/health/ready" ? await parts.health.ready() : null;
  if (good === null) { say(response, 404, "Not found"); return; }
  response.writeHead(good ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ status: good ? "ok" : "unavailable" }));
}

export function front(parts: FrontParts): Answer {
  return (request, response) => {
    const { publicUrl, contentUrl, aliases } = parts.addresses();
    const reason = malformed(request);
    const host = request.headers.host?.toLowerCase();
    const isHealth = request.url?.startsWith("/health/") === true;
    if (reason === null && !isHealth && (host === hostOf(publicUrl) || aliases.some((a) => hostOf(a) === host))) { parts.app(request, response); return; }
    // Every other answer, too, is never framed, sniffed or run; course content sets its own on top.
    secureHeaders(response, publicUrl.startsWith("https:"));
    if (reason !== null) say(response, 400, reason, true);
    else if (isHealth) void health(parts, request, response).catch(() => { say(response, 500, "Health is unknown"); });
    else if (host === hostOf(contentUrl)) parts.content(request, response);
    else say(response, 421, "This server does not answer for that host name");
  };
}
