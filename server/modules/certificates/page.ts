/** The public page behind the QR code: all certified facts and the state, without scripts, in the reader's language. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Failure } from "../../kernel/errors.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { Verdict } from "./contract.ts";
import type { z } from "zod";
import { verify } from "./service.ts";

export type Words = Readonly<Record<string, string>>;
const languages = ["en", "de", "ar"] as const;
type Language = (typeof languages)[number];

/** One catalogue per language, read once at start. */
export const readWords = (): Readonly<Record<Language, Words>> =>
  Object.fromEntries(languages.map((l) => [l, JSON.parse(readFileSync(new URL(`../../../locales/${l}/verify.json`, import.meta.url), "utf8")) as Words])) as Record<Language, Words>;

/** First language of Accept-Language that we speak. */
export function languageOf(header: string | undefined): Language {
  for (const part of (header ?? "").split(",")) {
    const code = part.trim().slice(0, 2).toLowerCase();
    const known = languages.find((l) => l === code);
    if (known) return known;
  }
  return "en";
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
/** Escapes every value; nested html stays as it is. */
function html(parts: TemplateStringsArray, ...values: (string | Html | readonly Html[])[]): Html {
  return new Html(parts.map((p, i) => {
    const v = values[i];
    return p + (v === undefined ? "" : typeof v === "string" ? escape(v) : v instanceof Html ? v.text : v.map((x) => x.text).join(""));
  }).join(""));
}
class Html { readonly text: string; constructor(text: string) { this.text = text; } }

const css = `
:root{color-scheme:light dark;--bg:#f4f7f7;--card:#fff;--ink:#14262b;--soft:#51636a;--line:#d5dfe1;--good:#0b6b3a;--warn:#8a5a00;--bad:#a3232b}
@media(prefers-color-scheme:dark){:root{--bg:#0f1719;--card:#172225;--ink:#e6eef0;--soft:#a3b4b9;--line:#2b3a3e;--good:#5fce94;--warn:#e6b454;--bad:#f28b8f}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 "Noto Sans",system-ui,sans-serif;padding:24px 16px}
main{max-width:680px;margin:0 auto;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:28px;border-block-start:8px solid var(--state)}
h1{font-size:1.35rem;margin:0 0 4px}p{margin:4px 0}.state{color:var(--state);font-weight:700;font-size:1.1rem}.soft{color:var(--soft)}
dl{display:grid;grid-template-columns:minmax(120px,max-content) 1fr;gap:8px 20px;margin:20px 0 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.hash{font-family:ui-monospace,monospace;font-size:.8rem}ul{margin:8px 0 0;padding-inline-start:20px}
.valid{--state:var(--good)}.expired{--state:var(--warn)}.revoked,.unknown{--state:var(--bad)}
@media(max-width:480px){dl{grid-template-columns:1fr;gap:2px}dd{margin-block-end:10px}}@media print{body{background:#fff}main{border:1px solid #999}}`;

const locale = (l: Language): string => (l === "de" ? "de-DE" : l === "ar" ? "ar-u-nu-latn-ca-gregory" : "en-GB");
const day = (l: Language, d: string): string => new Intl.DateTimeFormat(locale(l), { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${d}T12:00:00Z`));
const instant = (l: Language, at: string, zone: string): string => `${new Intl.DateTimeFormat(locale(l), { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(new Date(at))} (${zone})`;

function document(language: Language, title: string, state: string, body: Html, nonce: string): string {
  return html`<!doctype html><html lang="${language}" dir="${language === "ar" ? "rtl" : "ltr"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style nonce="${nonce}">${new Html(css)}</style></head><body><main class="${state}">${body}</main></body></html>`.text;
}

function facts(words: Words, l: Language, v: z.output<typeof Verdict>): Html {
  const r = v.record;
  const rows: (readonly [string, string, boolean])[] = [
    ["holder", r.holder, false], ["course", r.course, false], ...(r.requirement === null ? [] : [["requirement", r.requirement, false] as const]), ["organisation", r.organisation, false],
    ["achieved", `${day(l, r.achievedOn)} (${r.zone})`, false], ["through", r.validThroughOn === null ? words["no_end"] ?? "" : `${day(l, r.validThroughOn)} (${r.zone})`, false],
    ...(r.scorePercent === null ? [] : [["score", `${r.scorePercent} %`, false] as const]), ["number", r.number, false], ["version", String(r.courseVersion), false],
    ["issued", instant(l, r.issuedAt, r.zone), false], ["content_hash", r.courseSha256, true], ["record_hash", v.recordSha256, true], ...(v.pdfSha256 === null ? [] : [["pdf_hash", v.pdfSha256, true] as const]),
  ];
  const changes = v.changes.map((c) => html`<li>${words[`change_${c.state}`] ?? c.state}: ${instant(l, c.changedAt, r.zone)}</li>`);
  return html`<dl>${rows.map(([label, value, isHash]) => html`<dt>${words[label] ?? label}</dt><dd class="${isHash ? "hash" : "fact"}" dir="auto">${value}</dd>`)}</dl>
${changes.length === 0 ? html`` : html`<p class="soft">${words["changes"] ?? ""}</p><ul>${changes}</ul>`}`;
}

export interface VerifyPage { readonly status: number; readonly body: string; readonly nonce: string }

/** The page for one code; an unknown code gets a page that says so (404). */
export async function verifyPage(ctx: Ctx, code: string, language: Language, catalogue: Readonly<Record<Language, Words>>): Promise<VerifyPage> {
  const words = catalogue[language];
  const nonce = randomBytes(16).toString("base64");
  try {
    const found = await verify(ctx, { code });
    const body = html`<p class="state">${words[`state_${found.state}`] ?? found.state}</p><h1>${words["title"] ?? ""}</h1><p class="soft">${words[`hint_${found.state}`] ?? ""}</p>${facts(words, language, found)}`;
    return { status: 200, nonce, body: document(language, `${words["title"] ?? ""} ${found.record.number}`, found.state, body, nonce) };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "not_found") throw error;
    return { status: 404, nonce, body: document(language, words["unknown"] ?? "", "unknown", html`<p class="state">${words["unknown"] ?? ""}</p><p>${words["unknown_hint"] ?? ""}</p>`, nonce) };
  }
}
