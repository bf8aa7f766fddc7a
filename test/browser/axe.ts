/** axe-core on a page as it stands: what it finds serious or critical, one line each. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** `contrast` asks for colours alone: all that another theme can change. */
export async function axe(page: Page, where: string, scope: "all" | "contrast" = "all"): Promise<string[]> {
  // Given as text to the debugger and not as a script of the page, whose policy would refuse it.
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(source);
  const found = await page.evaluate(async (options) => (window as unknown as { axe: { run(at: Document, options: RunOptions): Promise<AxeResults> } }).axe.run(document, options), {
    resultTypes: ["violations"], runOnly: scope === "all" ? { type: "tag", values: tags } : { type: "rule", values: ["color-contrast"] },
  } satisfies RunOptions);
  return found.violations.filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.slice(0, 4).map((n) => `${where}: ${v.id}: ${String(n.target[0])}: ${(n.failureSummary ?? "").split("\n").slice(1).join(" ").trim().slice(0, 220)}`));
}
