/**
 * A visitor of the built product: a fresh browser context that keeps watch. Whatever the console prints, every violation of
 * the content policy, every request to another host and every refused request is a fault; a test that provokes one says so.
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Language } from "../../ui-shared/i18n.ts";

/** Everybody of the demo company (demo/seed.ts) signs in with it. */
const password = "nordwerk demo company";
export const staff = {
  administrator: "iris.wagner@nordwerk.example", hr: "leila.moreau@nordwerk.example", author: "bjorn.kruger@nordwerk.example", auditor: "emre.fischer@nordwerk.example", learner: "lea.hoffmann@nordwerk.example",
} as const;
export const desktop = { width: 1440, height: 900 } as const;
export const phone = { width: 390, height: 844 } as const;
export const patienceMs = 15_000;

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** From here on, faults that match are part of the test. */
  allow(...patterns: readonly RegExp[]): void;
  /** Opens an address of the product and waits until the page is whole. */
  open(path: string): Promise<void>;
  /** Waits until the page is whole: heading there, nothing loading, nothing asked. */
  whole(): Promise<void>;
  /** A request as the page itself would send it, with cookie and token. */
  ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  faults(): readonly string[];
}

export interface VisitOptions { readonly as?: string; readonly size?: { readonly width: number; readonly height: number }; readonly language?: Language; readonly context?: BrowserContextOptions }

export async function visitor(browser: Browser, origin: string, options: VisitOptions): Promise<Visitor> {
  const { as, size = desktop, language = "en" } = options;
  const context = await browser.newContext({
    baseURL: origin, viewport: size, locale: language, timezoneId: "Europe/Berlin", reducedMotion: "reduce", acceptDownloads: true, ...(size.width < 600 ? { isMobile: true, hasTouch: true } : {}), ...options.context,
  });
  context.setDefaultTimeout(patienceMs);
  const faults: string[] = [];
  const allowed: RegExp[] = [];
  let asked = 0;
  const fault = (text: string): void => { if (!allowed.some((pattern) => pattern.test(text))) faults.push(text); };
  context.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") fault(`console: ${message.text()} (${message.location().url})`); });
  context.on("weberror", (error) => fault(`thrown: ${error.error().message}`));
  context.on("request", (request) => {
    asked += 1;
    if (!request.url().startsWith(origin) && !/^(blob|data):/.test(request.url())) fault(`another host: ${request.url()}`);
  });
  const answered = (): void => { asked -= 1; };
  context.on("requestfinished", answered);
  context.on("requestfailed", answered);
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => { console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`); });
  });
  const page = await context.newPage();
  let csrf = "";
  const send = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => page.evaluate(async (x) => {
    const answer = await fetch(x.path, { method: x.method, headers: { ...(x.body === undefined ? {} : { "content-type": "application/json" }), ...(x.csrf === "" ? {} : { "x-muster-csrf": x.csrf }) }, ...(x.body === undefined ? {} : { body: JSON.stringify(x.body) }) });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) as unknown };
  }, { method, path, body, csrf });
  const whole = async (): Promise<void> => {
    await page.waitForFunction(() => document.querySelector("h1") !== null && document.querySelector('[aria-busy="true"]') === null && document.fonts.status === "loaded");
    // Requests that follow from what was just drawn are asked within two frames.
    for (let calm = 0; calm < 2;) {
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
      calm = asked <= 0 ? calm + 1 : 0;
    }
  };
  const self: Visitor = {
    page, context, whole, faults: () => faults,
    allow: (...patterns) => { allowed.push(...patterns); },
    open: async (path) => { await page.goto(path); await whole(); },
    ask: async (method, path, body) => {
      if (csrf === "") csrf = (await send("GET", "/api/access/session") as { body: { session: { csrf: string } | null } }).body.session?.csrf ?? "";
      return send(method, path, body);
    },
  };
  if (as !== undefined) {
    await page.goto("/sign-in");
    const seen = await send("POST", "/api/access/sign-in", { name: as, password });
    const spoken = await self.ask("PUT", "/api/access/session/language", { language });
    if (seen.status !== 200 || spoken.status !== 200) throw new Error(`sign-in of ${as}: ${seen.status}, ${spoken.status}`);
  }
  return self;
}

/** The text of a page, as a reader would see it. */
export const textOf = async (page: Page): Promise<string> => (await page.locator("body").innerText()).replaceAll(/[\u2066-\u2069]/g, "");

/** Does the page scroll sideways? Answers what sticks out. */
export const overflow = (page: Page): Promise<string[]> => page.evaluate(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth + 1) return [];
  const out: string[] = [];
  for (const el of document.querySelectorAll("body *")) {
    const box = el.getBoundingClientRect();
    if (box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1)) out.push(`${el.tagName.toLowerCase()}.${String(el.className).slice(0, 60)} ${Math.round(box.left)}…${Math.round(box.right)}`);
  }
  return out.slice(0, 5);
});
