/**
 * `npm run screens [-- filter] [--sizes desktop,phone] [--themes light,dark] [--languages en,de,ar]`: pictures of every screen
 * of the built product with the demo company, to be looked at. They go to `screens/`, which is not kept. `MUSTER_SCREENS_URL`
 * takes a running demo instead of making one.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { buildFaces, chromiumOptions, seedCompany, startProduct } from "./product.ts";
import { type Screen, screens } from "./screens-list.ts";

const out = fileURLToPath(new URL("../../screens", import.meta.url));
const password = "nordwerk demo company";
const people: Readonly<Record<string, string>> = {
  administrator: "iris.wagner@nordwerk.example", hr: "leila.moreau@nordwerk.example", author: "bjorn.kruger@nordwerk.example", auditor: "emre.fischer@nordwerk.example", learner: "lea.hoffmann@nordwerk.example",
};
const sizes: Readonly<Record<string, { width: number; height: number }>> = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const csv = "Personalnummer;Vorname;Nachname;E-Mail;Abteilung;Eintritt;Vorgesetzter\n90001;Ada;Berg;ada.berg@nordwerk.example;IT;01.03.2024;\n90002;Bruno;Feld;bruno.feld@nordwerk;IT;31.02.2024;90001\n90003;Chloé;Étienne;chloe.etienne@nordwerk.example;IT;15.04.2025;99999\n";

type Row = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Asks the API as whoever the context is signed in as. */
async function ask(context: BrowserContext, origin: string, method: string, path: string, body?: unknown): Promise<Row> {
  const session = (await (await context.request.get(`${origin}/api/access/session`)).json() as { session: { csrf: string } | null }).session;
  const isFile = typeof body === "string";
  const answer = await context.request.fetch(origin + path, {
    method, headers: { origin, "sec-fetch-site": "same-origin", "x-muster-csrf": session?.csrf ?? "", ...(body === undefined ? {} : { "content-type": isFile ? "application/octet-stream" : "application/json" }) },
    ...(body === undefined ? {} : { data: isFile ? Buffer.from(body) : JSON.stringify(body) }),
  });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return await answer.json() as Row;
}

async function signIn(browser: Browser, origin: string, name: string): Promise<Awaited<ReturnType<BrowserContext["storageState"]>>> {
  const context = await browser.newContext();
  await ask(context, origin, "POST", "/api/access/sign-in", { name, password });
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Sign-in name of somebody who has a certificate. */
async function holderOf(admin: BrowserContext, origin: string): Promise<string> {
  const [certificate] = (await ask(admin, origin, "GET", "/api/certificates?size=1"))["rows"] as Row[];
  return text((await ask(admin, origin, "GET", `/api/people/${text(certificate?.["personId"])}`))["email"]);
}

async function idsOf(admin: BrowserContext, learner: BrowserContext, holder: BrowserContext, origin: string): Promise<Record<string, string>> {
  const first = async (path: string): Promise<Row> => ((await ask(admin, origin, "GET", path))["rows"] as Row[])[0] ?? {};
  const certificate = await first("/api/certificates?size=1");
  const duty = await first("/api/obligations?size=1&status=open");
  const ids: Record<string, string> = {
    person: text((duty["person"] as Row | undefined)?.["id"]), certified: text(certificate["personId"]), certificate: text(certificate["id"]), code: text(certificate["code"]), course: text((await first("/api/courses?size=1&state=live"))["id"]),
    requirement: text((await first("/api/requirements?size=1&state=live"))["id"]), rollout: text((await first("/api/rollouts?size=1"))["id"]), entry: text((await first("/api/ledger/entries?size=1&action=people.recorded"))["id"] ?? (await first("/api/ledger/entries?size=1"))["id"]),
  };
  ids["read"] = text((await ask(admin, origin, "POST", "/api/directory/runs?name=people.csv", csv))["id"]);
  ids["planned"] = text((await ask(admin, origin, "POST", "/api/directory/runs?name=september.csv", csv))["id"]);
  await ask(admin, origin, "POST", `/api/directory/runs/${ids["planned"]}/plan`, {});
  const mine = await ask(learner, origin, "GET", "/api/obligations/mine");
  const owed = (mine["next"] ?? (mine["later"] as Row[])[0] ?? (mine["done"] as Row[])[0]) as Row | undefined;
  ids["owed"] = text((owed?.["course"] as Row | undefined)?.["id"]);
  ids["attempt"] = text((owed?.["attempt"] as Row | null | undefined)?.["id"]);
  ids["own"] = text(((await ask(holder, origin, "GET", "/api/certificates/mine"))["rows"] as Row[])[0]?.["id"]);
  for (let i = 0; i < 60 && (await ask(admin, origin, "GET", `/api/directory/runs/${ids["planned"]}`))["state"] !== "planned"; i++) await new Promise((done) => { setTimeout(done, 250); });
  return ids;
}

async function whole(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle", { timeout: 4_000 }).catch(() => undefined);
  await page.waitForFunction(() => document.querySelector("h1, [role=alert]") !== null && document.querySelector('[aria-busy="true"]') === null && document.fonts.status === "loaded", undefined, { timeout: 8_000 }).catch(() => undefined);
}

async function take(context: BrowserContext, origin: string, screen: Screen, ids: Record<string, string>, file: string, isPhone: boolean): Promise<string | null> {
  const missing = [...screen.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? "").find((name) => (ids[name] ?? "") === "");
  if (missing !== undefined) return `no ${missing} in the demo company`;
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => { if (message.type() === "error" && !/status of (4\d\d)/.test(message.text())) faults.push(message.text()); });
  await page.goto(origin + screen.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? ""));
  await whole(page);
  if (screen.click !== undefined) await page.locator(screen.click).first().click({ timeout: 3_000 }).catch(() => faults.push(`nothing to click: ${screen.click ?? ""}`));
  for (const key of screen.press ?? []) await page.keyboard.press(key);
  await page.waitForTimeout(350);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 1) faults.push(`wider than the window by ${over} px`);
  await page.screenshot({ path: file, fullPage: isPhone || screen.press === undefined });
  await page.close();
  return faults.length > 0 ? faults.join(" | ") : null;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { sizes: { type: "string", default: "desktop,phone" }, themes: { type: "string", default: "light,dark" }, languages: { type: "string", default: "en,de,ar" } } });
const wanted = screens.filter((s) => positionals.length === 0 || positionals.some((p) => new RegExp(p).test(s.id)));
const given = process.env["MUSTER_SCREENS_URL"];
const folder = mkdtempSync(join(tmpdir(), "muster-screens-"));
if (given === undefined) { await buildFaces(); await seedCompany(folder); }
const product = given === undefined ? await startProduct(folder) : null;
const origin = product?.origin ?? given ?? "";
const browser = await chromium.launch(chromiumOptions);
mkdirSync(out, { recursive: true });
let taken = 0;
const notes: string[] = [];
try {
  const states = new Map<string, Awaited<ReturnType<typeof signIn>>>();
  for (const role of new Set(["administrator", "learner", ...wanted.flatMap((s) => (s.as === null || s.as === "holder" ? [] : [s.as]))])) states.set(role, await signIn(browser, origin, people[role] ?? ""));
  const contextOf = (role: string | null, more: object = {}): Promise<BrowserContext> => browser.newContext({ ...(role === null ? {} : { storageState: states.get(role) }), ...more } as Parameters<Browser["newContext"]>[0]);
  states.set("holder", await signIn(browser, origin, await holderOf(await contextOf("administrator"), origin)));
  const ids = await idsOf(await contextOf("administrator"), await contextOf("learner"), await contextOf("holder"), origin);
  for (const size of values.sizes.split(",")) for (const theme of values.themes.split(",")) for (const language of values.languages.split(",")) {
    const look = { viewport: sizes[size] ?? sizes["desktop"], colorScheme: theme, locale: language, timezoneId: "Europe/Berlin", reducedMotion: "reduce", ...(size === "phone" ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}) };
    for (const role of new Set(wanted.map((s) => s.as))) {
      const context = await contextOf(role, look);
      await context.addInitScript((chosen) => { localStorage.setItem("muster.language", chosen); }, language);
      for (const screen of wanted.filter((s) => s.as === role)) {
        const name = `${screen.id}.${size}.${theme}.${language}`;
        const note = await take(context, origin, screen, ids, join(out, `${name}.png`), size === "phone").catch((error: unknown) => String(error));
        if (note === null) taken += 1; else { notes.push(`${name}: ${note}`); process.stdout.write(`! ${name}: ${note}\n`); }
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync(join(out, "notes.txt"), notes.join("\n"));
process.stdout.write(`${taken} pictures in screens/, ${notes.length} with a note\n`);
