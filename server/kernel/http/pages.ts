/** The two interfaces as static files, with their entry pages under a strict policy, and pages made by modules. */
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Context } from "koa";
import { pagePolicy } from "./headers.ts";
import { StaticFiles } from "./static.ts";

export interface Page { readonly prefix: string; render(http: Context): Promise<boolean> }
export interface PageParts {
  /** Folder with admin-ui/dist and learner-ui/dist below it. */
  readonly root: string;
  contentUrl(): string;
  /** Server-made pages, e.g. /verify/. */
  readonly pages: readonly Page[];
}

/** Answers pages and files of the application host; false leaves the request a 404. */
export function buildPages(parts: PageParts): (http: Context) => Promise<boolean> {
  const files = { console: new StaticFiles(join(parts.root, "admin-ui/dist")), portal: new StaticFiles(join(parts.root, "learner-ui/dist")) };
  const entries = { console: files.console.text("/index.html"), portal: files.portal.text("/index.html") };
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
      return isConsole ? files.console.answer(http, http.path.slice("/console".length)) : files.portal.answer(http, http.path);
    }
    return page(http, isConsole ? entries.console : entries.portal, isConsole);
  };
}
