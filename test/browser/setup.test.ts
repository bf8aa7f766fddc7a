/** A new administrator: from an empty folder and one printed line to the console's overview. */
import { expect, test } from "vitest";
import { becomes, stage, visible } from "./harness.ts";
import { inConsole as c } from "./words.ts";

const s = stage({ isEmpty: true });

test("a new administrator follows the one printed link, answers three questions and stands in the console", async () => {
  const lines = s.product().output().trim().split("\n");
  expect(lines).toHaveLength(1);
  const link = /http:\S+\/console\/setup#\S+/.exec(lines[0] ?? "")?.[0] ?? "";
  const v = await s.visit();
  const { page } = v;
  await v.open(link);
  expect(page.url()).not.toContain("#");

  const next = page.getByRole("button", { name: c("action.next"), exact: true });
  expect(await next.isDisabled()).toBe(true);
  await page.getByLabel(c("setup.company_name")).fill("Werkstatt <b>Süd</b> GmbH");
  await next.click();
  await visible(page.getByLabel(c("setup.public_url")));
  expect(await page.getByLabel(c("setup.public_url")).inputValue()).toBe(s.origin());
  await next.click();
  await page.getByLabel(c("people.given")).fill("Ada");
  await page.getByLabel(c("people.family")).fill("Nakamura");
  await page.getByLabel(c("people.email"), { exact: true }).fill("ada@werkstatt.example");
  const finish = page.getByRole("button", { name: c("setup.finish"), exact: true });
  await page.getByLabel(c("password.new"), { exact: true }).fill("too short");
  expect(await finish.isDisabled()).toBe(true);
  await page.getByLabel(c("password.new"), { exact: true }).fill("acht kleine raben zaehlen");
  await finish.click();

  await becomes(async () => page.url()).toBe(`${s.origin()}/console/`);
  await v.whole();
  expect(await page.locator("nav").first().innerText()).toContain("Werkstatt <b>Süd</b> GmbH");
  await v.open("/console/roles");
  await visible(page.getByText("Ada Nakamura").first());

  // The link has done its work: a stranger who finds it sees a set-up that is over.
  const stranger = await s.visit();
  await stranger.page.goto(link);
  await visible(stranger.page.getByRole("heading", { name: c("setup.done") }));
});
