/** What the test files share: one product with the demo company for each file, and visitors that are checked and closed after each test. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { type Product, startProduct } from "./product.ts";
import { patienceMs, type Visitor, visitor, type VisitOptions } from "./visitor.ts";

/** Where a failed test leaves what its visitors saw; not part of the repository. */
const pictures = fileURLToPath(new URL("./pictures", import.meta.url));

export interface Stage { readonly origin: () => string; readonly product: () => Product; visit(options?: VisitOptions): Promise<Visitor> }

export function stage({ isEmpty = false }: { readonly isEmpty?: boolean } = {}): Stage {
  let product: Product | undefined;
  let browser: Browser | undefined;
  const visitors: Visitor[] = [];
  const running = (): Product => { if (product === undefined) throw new Error("not started"); return product; };
  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), "muster-journey-"));
    if (!isEmpty) cpSync(inject("company"), dir, { recursive: true });
    [product, browser] = await Promise.all([startProduct(dir), chromium.connect(inject("chromium"))]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") for (const [i, v] of visitors.entries()) await v.page.screenshot({ path: join(pictures, `failed ${task.name.slice(0, 60)} ${i}.png`) }).catch(() => undefined);
    const faults = visitors.flatMap((v) => v.faults());
    for (const v of visitors.splice(0)) await v.context.close();
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    if (product) rmSync(product.dir, { recursive: true, force: true });
  });
  return {
    origin: () => running().origin, product: running,
    visit: async (options = {}) => {
      if (browser === undefined) throw new Error("not started");
      const made = await visitor(browser, running().origin, options);
      visitors.push(made);
      return made;
    },
  };
}

/** Waits for `read` to give what `check` wants; for states that come from the server and not from a click. */
export const becomes = <T>(read: () => Promise<T>): ReturnType<typeof expect.poll<T>> => expect.poll(read, { timeout: patienceMs, interval: 100 });
export const visible = (what: Locator): Promise<void> => what.waitFor({ state: "visible", timeout: patienceMs });
export const gone = (what: Locator): Promise<void> => what.waitFor({ state: "hidden", timeout: patienceMs });
