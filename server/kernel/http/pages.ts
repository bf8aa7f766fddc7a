/** The two interfaces as static files, with their entry pages under a strict policy, and pages made by modules. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "koa";
import sirv from "sirv";
import { pagePolicy } from "./headers.ts";

export interface Page { readonly prefix: string; render(http: Context): Promise<boolean> }
export interface PageParts {
  /** Folder with admin-ui/dist and learner-ui/dist below it. */
  readonly root: string;
  contentUrl(): string;
  /** Server-made pages, e.g. /verify/. */
  readonly pages: readonly Page[];
}

type Static = (http: Context) => Promise<boolean>;

/** Hashed asset files are kept for ever by the browser; everything else is asked for again. */
function serve(dist: string, base: string): Static {
  const handle = sirv(dist, { etag: true, brotli: true, gzip: true, dev: false, setHeaders: (response, path) => {
    response.setHeader("Cache-Control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  } });
  return (http) => new Promise<boolean>((resolve) => {
    const before = http.req.url;
    http.req.url = http.path.slice(base.length - 1);
    http.res.once("close", () => { resolve(true); });
    http.respond = false;
    http.res.statusCode = 200;
    handle(http.req, http.res, () => {
      if (before !== undefined) http.req.url = before;
      http.respond = true;
      http.res.statusCode = 404;
      resolve(false);
    });
  });
}

function entry(dist: string): string | null {
  const file = join(dist, "index.html");
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** Answers pages and files of the application host; false leaves the request a 404. */
export function buildPages(parts: PageParts): (http: Context) => Promise<boolean> {
  const console_ = { dist: join(parts.root, "admin-ui/dist"), base: "/console/" };
  const portal = { dist: join(parts.root, "learner-ui/dist"), base: "/" };
  const entries = { console: entry(console_.dist), portal: entry(portal.dist) };
  const files = { console: existsSync(console_.dist) ? serve(console_.dist, console_.base) : null, portal: existsSync(portal.dist) ? serve(portal.dist, portal.base) : null };
  const portalTag = createHash("sha256").update(entries.portal ?? "").digest("hex").slice(0, 20);

  const page = (http: Context, html: string | null, isConsole: boolean): boolean => {
    if (html === null) return false;
    const nonce = isConsole ? randomBytes(16).toString("base64") : undefined;
    http.set("Content-Security-Policy", pagePolicy(parts.contentUrl(), nonce));
    http.set("Cache-Control", isConsole ? "no-store" : "no-cache");
    if (!isConsole) http.set("ETag", `"${portalTag}"`);
    if (!isConsole && http.request.headers["if-none-match"] === `"${portalTag}"`) { http.status = 304; return true; }
    http.status = 200;
    http.type = "html";
    http.body = nonce === undefined ? html : html.replaceAll("__CSP_NONCE__", nonce);
    return true;
  };

  return async (http) => {
    if (http.method !== "GET" && http.method !== "HEAD") return false;
    for (const made of parts.pages) if (http.path.startsWith(made.prefix)) return made.render(http);
    // Nothing of ours has a part that begins with a dot; an entry page there would look like a find.
    if (http.path === "/verify" || http.path.startsWith("/debug") || /\/(\.|%2e)/i.test(http.path)) return false;
    const isConsole = http.path === "/console" || http.path.startsWith("/console/");
    const looksLikeFile = /\.[a-z0-9]{1,8}$/i.test(http.path);
    if (looksLikeFile) {
      if (http.path.endsWith(".map")) return false;
      const handler = isConsole ? files.console : files.portal;
      return handler ? handler(http) : false;
    }
    return page(http, isConsole ? entries.console : entries.portal, isConsole);
  };
}
