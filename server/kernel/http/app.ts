/** The application host: five middleware in fixed order, then the router of contracts and the pages. */
import { Router } from "@koa/router";
import Koa, { type Context, type Next } from "koa";
import type { Endpoint } from "../contract.ts";
import { anonymous, type Actor } from "../ctx.ts";
import { kernelFailures } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Loader, Module } from "../module.ts";
import type { Kernel } from "../unit.ts";
import { undeclaredIds } from "./authorise.ts";
import { answer, type Asking, type EndpointParts, type Operation } from "./endpoint.ts";
import type { Addresses } from "./front.ts";
import { secureHeaders } from "./headers.ts";
import { sendProblem } from "./problem.ts";
import { deviceToken, sessionToken, type FoundLogin, type ScopePort, type SessionPort } from "./session.ts";

export interface AppParts {
  readonly kernel: Kernel;
  readonly modules: readonly Module[];
  readonly session: SessionPort;
  readonly scope: ScopePort;
  addresses(): Addresses;
  readonly trustedProxies: readonly string[];
  /** Answers what is no API: pages, static files, metrics. Returns false to leave it a 404. */
  pages(http: Context): Promise<boolean>;
  observe?(operation: string, status: number, seconds: number): void;
}

interface State { requestId: string; found: FoundLogin | null; operation: string }

const peerOf = (http: Context, trusted: readonly string[]): string => {
  const direct = http.req.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "-";
  if (!trusted.includes(direct)) return direct;
  const hops = String(http.request.headers["x-forwarded-for"] ?? "").split(",").map((h) => h.trim()).filter(Boolean);
  return hops.at(-1) ?? direct;
};

/** A change must come from a page of ours: by Sec-Fetch-Site or Origin, and with the session's token once signed in. */
function refuseCrossSite(http: Context, addresses: Addresses, found: FoundLogin | null, exempt: boolean): void {
  if (http.method === "GET" || http.method === "HEAD" || exempt) return;
  const site = http.request.headers["sec-fetch-site"];
  const origin = http.request.headers.origin;
  const ours = origin !== undefined && (origin === addresses.publicUrl || addresses.aliases.includes(origin));
  if (!(site === "same-origin" || (site === undefined && ours)) || (origin !== undefined && !ours)) throw kernelFailures.cross_site();
  if (found && http.request.headers["x-muster-csrf"] !== found.csrf) throw kernelFailures.cross_site({}, "The page is out of date. Please load it again.");
}

/** Every operation of every module; throws with all faults when a contract is not complete. */
export function operationsOf(modules: readonly Module[], loaders: ReadonlyMap<string, Loader>): Operation[] {
  const faults: string[] = [];
  const operations: Operation[] = [];
  const seen = new Set<string>();
  for (const module of modules) {
    for (const [verb, endpoint] of Object.entries(module.contract)) {
      const name = `${module.name}.${verb}`;
      const route = `${endpoint.method} ${endpoint.path.replace(/:\w+/g, ":")}`;
      if (seen.has(route)) faults.push(`${name}: ${route} is declared twice`);
      seen.add(route);
      if (module.handlers[verb] === undefined) faults.push(`${name}: has no handler`);
      if (endpoint.method !== "GET" && endpoint.audit === undefined) faults.push(`${name}: says neither its audit action nor why it has none`);
      faults.push(...undeclaredIds(name, endpoint, loaders));
      operations.push({ name, endpoint, handler: module.handlers[verb] });
    }
  }
  if (faults.length > 0) throw new Error(`contracts are not complete:\n${faults.join("\n")}`);
  return operations;
}

export function loadersOf(modules: readonly Module[]): ReadonlyMap<string, Loader> {
  return new Map(modules.flatMap((m) => Object.entries(m.loaders ?? {})));
}

/** One router for each noun, so that a request is matched against a dozen routes and not a hundred. */
function routers(operations: readonly Operation[], parts: EndpointParts, asking: (http: Context) => Asking): ReadonlyMap<string, Router> {
  const out = new Map<string, Router>();
  const specific = (e: Endpoint): number => (e.path.includes(":") ? 1 : 0);
  for (const operation of [...operations].sort((a, b) => specific(a.endpoint) - specific(b.endpoint))) {
    const noun = operation.endpoint.path.split("/")[2] ?? "";
    const router = out.get(noun) ?? new Router();
    out.set(noun, router);
    router.register(operation.endpoint.path, [operation.endpoint.method], async (http) => {
      (http.state as State).operation = operation.name;
      await answer(http, parts, operation, http.params as Record<string, string>, asking(http));
    });
  }
  return out;
}

export function buildApp(parts: AppParts): Koa {
  const { kernel } = parts;
  const loaders = loadersOf(parts.modules);
  const operations = operationsOf(parts.modules, loaders);
  const exempt = new Set<string>(operations.filter((o) => o.endpoint.csrfExempt !== undefined).map((o) => o.endpoint.path));
  const state = (http: Context): State => http.state as State;
  const asking = (http: Context): Asking => ({
    requestId: state(http).requestId, actor: state(http).found?.actor ?? (anonymous satisfies Actor), peer: peerOf(http, parts.trustedProxies), agent: String(http.request.headers["user-agent"] ?? "").slice(0, 300),
    device: deviceToken(http.request.headers.cookie),
  });
  const byNoun = routers(operations, { kernel, loaders, scope: parts.scope }, asking);
  const app = new Koa();
  app.on("error", (error: Error & { code?: string }) => {
    // The client went away in mid-answer; anything else is a bug.
    if (error.code !== "EPIPE" && error.code !== "ECONNRESET" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") kernel.log.error({ err: error }, "answer failed");
  });

  app.use(async (http: Context, next: Next) => {
    const started = performance.now();
    state(http).requestId = newId(kernel.clock.ms());
    http.set("X-Request-Id", state(http).requestId);
    await next();
    const seconds = (performance.now() - started) / 1_000;
    const operation = state(http).operation ?? "page";
    parts.observe?.(operation, http.status, seconds);
    if (kernel.log.isLevelEnabled("debug") || seconds > 1) kernel.log.info({ requestId: state(http).requestId, operation, status: http.status, ms: Math.round(seconds * 1_000) }, "request");
  });
  app.use(async (http: Context, next: Next) => {
    try {
      await next();
      if (http.status === 404 && http.body === undefined) throw kernelFailures.not_found();
    } catch (error) { sendProblem(http, state(http).requestId, error, kernel.log); }
  });
  app.use(async (http: Context, next: Next) => {
    secureHeaders(http.res, parts.addresses().publicUrl.startsWith("https:"));
    await next();
  });
  app.use(async (http: Context, next: Next) => {
    const token = http.path.startsWith("/api/") ? sessionToken(http.request.headers.cookie) : null;
    const found = token === null ? null : await parts.session.find(kernel.database.read, token, kernel.clock.now());
    state(http).found = found;
    if (found) parts.session.touch(found, kernel.clock.now());
    if (http.path.startsWith("/api/")) refuseCrossSite(http, parts.addresses(), found, exempt.has(http.path));
    await next();
  });
  app.use(async (http: Context, next: Next) => {
    if (http.path.startsWith("/api/") && http.path !== "/api/openapi.json") {
      const router = byNoun.get(http.path.split("/")[2] ?? "");
      if (router) await router.routes()(http as Parameters<ReturnType<Router["routes"]>>[0], next);
      return;
    }
    await parts.pages(http);
  });
  return app;
}
