/**
 * Markdown → HTML, safe by construction: raw HTML is text, links lead to http, https or mailto only, pictures come from the
 * course's own files only, and no attribute but the ones written here is ever put out. No inline styles (the CSP forbids them).
 */
import MarkdownIt, { type Token } from "markdown-it";

/** Resolves what stands in `![alt](…)`: `file:<sha256>` or the name of a file of the course. `undefined`: there is none. */
export type PictureUrl = (source: string) => string | undefined;

interface Env { picture: PictureUrl; missing: string[]; unsafe: string[]; noAlt: number }
export interface Rendered { readonly html: string; readonly missing: readonly string[]; readonly unsafe: readonly string[]; readonly noAlt: number }

const mayLink = (href: string): boolean => /^(https?:\/\/|mailto:)/i.test(href);
const decoded = (source: string): string => { try { return decodeURIComponent(source); } catch { return source; } };

const directed = new Set(["paragraph_open", "heading_open", "list_item_open", "td_open", "th_open", "blockquote_open"]);
const aligned: Readonly<Record<string, string>> = { "text-align:left": "align-start", "text-align:center": "align-center", "text-align:right": "align-end" };

function shift(tag: string): string {
  return tag === "h6" ? tag : `h${Number(tag.slice(1)) + 1}`;
}

/** Refused links keep their text and lose their address. Links do not nest, so the next close belongs to the open. */
function neutralise(children: readonly Token[], env: Env): void {
  let isDropped = false;
  for (const token of children) {
    if (token.type === "link_open") {
      const href = token.attrGet("href") ?? "";
      isDropped = !mayLink(href);
      if (isDropped) env.unsafe.push(href.slice(0, 200));
      token.tag = isDropped ? "span" : "a";
      token.attrs = isDropped ? [] : [["href", href], ["rel", "noopener noreferrer"], ["target", "_blank"]];
    } else if (token.type === "link_close" && isDropped) {
      token.tag = "span";
      isDropped = false;
    }
  }
}

function harden(tokens: readonly Token[], env: Env): void {
  for (const token of tokens) {
    if (token.type === "heading_open" || token.type === "heading_close") token.tag = shift(token.tag);
    if (token.type === "td_open" || token.type === "th_open") {
      const style = token.attrGet("style");
      token.attrs = style !== null && aligned[style] !== undefined ? [["class", aligned[style]]] : [];
    }
    if (directed.has(token.type)) token.attrSet("dir", "auto");
    if (token.children) neutralise(token.children, env);
  }
}

function make(): MarkdownIt {
  // maxNesting bounds the work for hostile nesting; the typings do not know it.
  const options = { html: false, linkify: false, typographer: false, breaks: false, maxNesting: 24 };
  const md = new MarkdownIt("default", options);
  // Everything is let through here and judged by `neutralise` and the picture rule, where refusals can be told to the author.
  md.validateLink = () => true;
  md.core.ruler.push("harden", (state) => { harden(state.tokens, state.env as Env); });
  md.renderer.rules["image"] = (tokens, index, _options, env: Env, self) => {
    const token = tokens[index];
    if (!token) return "";
    const source = decoded(token.attrGet("src") ?? "");
    const alt = self.renderInlineAsText(token.children ?? [], _options, env);
    if (alt.trim() === "") env.noAlt++;
    const url = env.picture(source);
    if (url === undefined) {
      env.missing.push(source.slice(0, 200));
      return `<span class="picture-missing">${md.utils.escapeHtml(alt)}</span>`;
    }
    return `<img src="${md.utils.escapeHtml(url)}" alt="${md.utils.escapeHtml(alt)}" loading="lazy">`;
  };
  md.renderer.rules["table_open"] = () => "<div class=\"table-wrap\"><table>\n";
  md.renderer.rules["table_close"] = () => "</table></div>\n";
  md.renderer.rules["code_block"] = (tokens, index) => `<pre dir="ltr"><code>${md.utils.escapeHtml(tokens[index]?.content ?? "")}</code></pre>\n`;
  md.renderer.rules["fence"] = md.renderer.rules["code_block"];
  md.renderer.rules["code_inline"] = (tokens, index) => `<code dir="ltr">${md.utils.escapeHtml(tokens[index]?.content ?? "")}</code>`;
  md.renderer.rules["ordered_list_open"] = (tokens, index) => {
    const start = Number(tokens[index]?.attrGet("start") ?? "1");
    return Number.isSafeInteger(start) && start !== 1 ? `<ol start="${start}">\n` : "<ol>\n";
  };
  return md;
}

const md = make();

export function render(markdown: string, picture: PictureUrl): Rendered {
  const env: Env = { picture, missing: [], unsafe: [], noAlt: 0 };
  const html = md.render(markdown, env);
  return { html, missing: env.missing, unsafe: env.unsafe, noAlt: env.noAlt };
}

/** The picture resolver over a list of files; of two files with one name the first in the list wins. */
export function picturesOf(files: readonly { readonly sha256: string; readonly name: string; readonly type: string }[], url: (sha256: string) => string): PictureUrl {
  const known = new Map<string, string>();
  for (const f of files) {
    if (!f.type.startsWith("image/")) continue;
    known.set(`file:${f.sha256}`, f.sha256);
    if (!known.has(f.name)) known.set(f.name, f.sha256);
  }
  return (source) => { const sha256 = known.get(source); return sha256 === undefined ? undefined : url(sha256); };
}
