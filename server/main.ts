/** The process: compose, listen, say where, stop in order. */
import { createHash, timingSafeEqual } from "node:crypto";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compose, type ComposeOptions, type Muster } from "./app.ts";
import { ConfigError } from "./kernel/config.ts";
import { buildApp } from "./kernel/http/app.ts";
import { front, type Addresses } from "./kernel/http/front.ts";
import { listen, type Listening } from "./kernel/http/listen.ts";
import { openApi } from "./kernel/http/openapi.ts";
import { release } from "./kernel/release.ts";
import { buildPages } from "./kernel/http/pages.ts";
import { readCtx } from "./kernel/unit.ts";
import { anonymous } from "./kernel/ctx.ts";
import { scopePort, sessionPort } from "./modules/access/index.ts";
import { languageOf, readWords, verifyPage } from "./modules/certificates/index.ts";
import type { Page } from "./kernel/http/pages.ts";

export interface Running extends Muster {
  readonly port: number;
  /** http://localhost:PORT unless another address was chosen. */
  addresses(): Addresses;
  /** Finishes requests and jobs in work, then closes everything. At most `graceMs` (default 20 s). */
  stop(graceMs?: number): Promise<void>;
}

const root = resolve(fileURLToPath(new URL("..", import.meta.url)));
const touchEveryMs = 30_000;
const addressEveryMs = 5_000;

interface Chosen { publicUrl: string | undefined; contentUrl: string | undefined; isNew: boolean }

async function chosen(muster: Muster): Promise<Chosen> {
  const rows = await muster.kernel.database.read.rows<{ name: string; value: string }>("SELECT name, value FROM instance_facts WHERE name IN ('chosen_public_url', 'chosen_content_url')");
  const [tenant] = await muster.kernel.database.read.rows<{ state: string }>("SELECT state FROM tenants WHERE id = ?", [muster.kernel.tenantId]);
  const of = (name: string): string | undefined => rows.find((r) => r.name === name)?.value;
  return { publicUrl: of("chosen_public_url"), contentUrl: of("chosen_content_url"), isNew: tenant?.state === "new" };
}

/** What certificates print as the address to check them: the one in force, kept where a transaction can read it. */
const keepPublicUrl = (muster: Muster, publicUrl: string): Promise<number> => muster.kernel.database.unit((db) =>
  db.run("INSERT INTO instance_facts (name, value) VALUES ('public_url', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [publicUrl]));

function addressesFrom(muster: Muster, port: number, set: Chosen): Addresses {
  const local = `http://localhost:${port}`;
  const publicUrl = muster.config.publicUrl ?? set.publicUrl ?? local;
  return { publicUrl, contentUrl: muster.config.contentUrl ?? set.contentUrl ?? `http://127.0.0.1:${port}`, aliases: set.isNew && publicUrl !== local ? [local] : [] };
}

function verifyPages(muster: Muster): Page {
  const words = readWords();
  return {
    prefix: "/verify/",
    async render(http) {
      const code = http.path.slice("/verify/".length);
      if (!/^[A-Za-z0-9_-]{8,64}$/.test(code)) return false;
      const ctx = readCtx(muster.kernel, { actor: anonymous, requestId: "verify" });
      const page = await verifyPage(ctx, code, languageOf(http.request.headers["accept-language"]), words);
      http.set("Content-Security-Policy", `default-src 'none'; style-src 'nonce-${page.nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
      http.set("Cache-Control", "no-store");
      http.status = page.status;
      http.type = "html";
      http.body = page.body;
      return true;
    },
  };
}

/** OpenAPI is made once, when first asked for. */
function apiPage(muster: Muster, addresses: () => Addresses): Page {
  let made: { server: string; text: string } | undefined;
  return {
    prefix: "/api/openapi.json",
    render: async (http) => {
      const server = addresses().publicUrl;
      if (made?.server !== server) made = { server, text: openApi(muster.modules, release, server) };
      http.set("Cache-Control", "no-cache");
      http.type = "application/json";
      http.body = made.text;
      return true;
    },
  };
}

/** Figures for a monitoring system that knows the token; for everybody else there is nothing here. */
function metricsPage(muster: Muster): Page {
  const token = muster.config.metricsToken;
  return {
    prefix: "/metrics",
    render: async (http) => {
      if (!token || http.path !== "/metrics" || !sameText(http.get("authorization"), `Bearer ${token.reveal()}`)) return false;
      http.set("Cache-Control", "no-store");
      http.body = await muster.metrics.text();
      http.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      return true;
    },
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
/** Compares in constant time. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Composes and listens. Refuses with `ConfigError` and leaves nothing open. */
export async function start(options: ComposeOptions): Promise<Running> {
  const muster = await compose(options);
  const timers: NodeJS.Timeout[] = [];
  let listening: Listening | undefined;
  try {
    const { kernel, config } = muster;
    let current: Addresses = { publicUrl: "http://localhost", contentUrl: "http://127.0.0.1", aliases: [] };
    let stopping = false;
    const session = sessionPort();
    const app = buildApp({
      kernel, modules: muster.modules, session, scope: scopePort, addresses: () => current, trustedProxies: config.trustedProxies, observe: muster.metrics.http,
      pages: buildPages({ root, contentUrl: () => current.contentUrl, pages: [verifyPages(muster), apiPage(muster, () => current), metricsPage(muster)] }),
    }).callback();
    listening = await listen(front({
      addresses: () => current,
      health: { live: () => true, ready: async () => !stopping && await kernel.database.ping().then(() => true, () => false) },
      app: (request, response) => { void app(request, response); },
      // Course packages will live here; until then this host has nothing.
      content: (_request, response) => { response.writeHead(404, { "content-type": "text/plain", "x-content-type-options": "nosniff" }).end("Nothing here."); },
    }), config.host, config.port);
    const { port } = listening;
    const refresh = async (): Promise<void> => {
      const next = addressesFrom(muster, port, await chosen(muster));
      if (new URL(next.publicUrl).hostname === new URL(next.contentUrl).hostname) kernel.log.warn("public and content address have the same host name: course packages will not be launched");
      if (next.publicUrl !== current.publicUrl) await keepPublicUrl(muster, next.publicUrl);
      current = next;
    };
    await refresh();
    timers.push(setInterval(() => { refresh().catch(() => { /* asked again soon */ }); }, addressEveryMs));
    timers.push(setInterval(() => { session.flush(kernel.database).catch(() => { /* written with the next one */ }); }, touchEveryMs));
    for (const timer of timers) timer.unref();
    return Object.assign(muster, {
      port, addresses: () => current,
      stop: async (graceMs = 20_000) => {
        stopping = true;
        for (const timer of timers) clearInterval(timer);
        await listening?.close(graceMs);
        await session.flush(kernel.database).catch(() => { /* only a last-seen mark */ });
        await muster.close();
      },
    });
  } catch (error) {
    for (const timer of timers) clearInterval(timer);
    await listening?.close(0);
    await muster.close();
    throw error;
  }
}

/** Shows a start that cannot go on as one line and ends the process. */
export function refuseStart(error: unknown): never {
  const line = error instanceof ConfigError || (error instanceof Error && error.name === "PluginRefusal") ? error.message : error instanceof Error ? error.stack ?? error.message : String(error);
  process.stderr.write(`Muster did not start: ${line}\n`);
  process.exit(2);
}
