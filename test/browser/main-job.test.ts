/** The main job on the built product: an author publishes, HR requires, a learner completes on a phone, an auditor finds the proof. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { becomes, stage, visible } from "./harness.ts";
import { phone, staff, type Visitor } from "./visitor.ts";
import { inConsole as c, inPortal as p } from "./words.ts";

const s = stage();
const courseTitle = "Ladders and steps";
let certificate = { number: "", code: "" };

async function choose(v: Visitor, label: string, option: string): Promise<void> {
  await v.page.getByRole("combobox", { name: label }).or(v.page.getByRole("textbox", { name: label })).first().click();
  await v.page.getByRole("option", { name: option, exact: true }).click();
}

test("an author writes a lesson and a quiz, sees what is missing, and publishes version 1", async () => {
  const v = await s.visit({ as: staff.author });
  const { page } = v;
  await v.open("/console/courses");
  await page.getByRole("button", { name: c("courses.new"), exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(c("courses.name"), { exact: true }).fill(courseTitle);
  await dialog.getByRole("button", { name: c("courses.create"), exact: true }).click();
  await becomes(async () => page.url()).toMatch(/\/courses\/[^/]+(\/edit)?/);
  if (!page.url().includes("/edit")) await page.getByRole("link", { name: c("courses.edit"), exact: true }).click();

  const add = async (kind: "lesson" | "quiz"): Promise<void> => {
    await page.getByRole("button", { name: c("editor.add"), exact: true }).click();
    await page.getByRole("menuitem", { name: c(`editor.add_${kind}`), exact: true }).click();
  };
  await add("lesson");
  await page.getByLabel(c("editor.title"), { exact: true }).fill("Before you climb");
  await page.getByLabel(c("editor.text"), { exact: true }).fill("## Look first\n\nA ladder with a **cracked rung** stays on the ground. <script>window.broken = 1</script>");
  await visible(page.getByRole("region", { name: c("editor.preview") }).getByRole("heading", { name: "Look first" }));

  await add("quiz");
  await page.getByLabel(c("editor.title"), { exact: true }).fill("Two questions");
  await page.getByRole("button", { name: c("quiz.add_question"), exact: true }).click();
  await page.getByLabel(c("question.text"), { exact: true }).first().fill("A rung is cracked. What now?");
  await page.getByLabel(c("question.choice", { number: 1 }), { exact: true }).first().fill("The ladder stays on the ground");
  await page.getByLabel(c("question.choice", { number: 2 }), { exact: true }).first().fill("Climb carefully");
  await page.getByLabel(c("question.mark_right", { number: 1 }), { exact: true }).first().check();
  await becomes(async () => (await v.ask("GET", `/api/courses/${new URL(page.url()).pathname.split("/")[3] ?? ""}/findings`)).body).toMatchObject({ isPublishable: true });

  await page.getByRole("link", { name: courseTitle }).first().click();
  await page.getByRole("button", { name: c("courses.publish"), exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: c("publish.do", { number: 1 }), exact: true }).click();
  await visible(page.getByText(c("courses.version_number", { number: 1 })).first());
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
});

test("HR states a requirement, sees whom it reaches, types the number, and watches it arrive", async () => {
  const v = await s.visit({ as: staff.hr });
  const { page } = v;
  await v.open("/console/requirements/new");
  await choose(v, c("builder.course"), courseTitle);
  await page.getByLabel(c("builder.reason"), { exact: true }).fill("People fall.");
  await page.getByRole("button", { name: c("builder.save"), exact: true }).click();
  await becomes(async () => page.url()).toMatch(/\/requirements\/[0-9a-f-]{36}/);
  await v.whole();
  await page.getByRole("button", { name: c("requirements.roll_out"), exact: true }).click();
  await becomes(async () => page.url()).toMatch(/\/rollouts\/[0-9a-f-]{36}/);
  await v.whole();
  if (await page.getByRole("button", { name: c("rollouts.start"), exact: true }).isDisabled()) await page.getByRole("button", { name: c("rollouts.preview"), exact: true }).first().click();
  const start = page.getByRole("button", { name: c("rollouts.start"), exact: true });
  await becomes(() => start.isEnabled()).toBe(true);
  const rolloutId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const { preview } = (await v.ask("GET", `/api/rollouts/${rolloutId}`)).body as { preview: { peopleCount: number } };
  expect(preview.peopleCount).toBeGreaterThan(100);
  await start.click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.getByRole("button", { name: c("rollouts.start"), exact: true }).isDisabled()).toBe(true);
  await dialog.getByLabel(c("rollouts.type_people"), { exact: true }).fill(String(preview.peopleCount));
  await dialog.getByRole("button", { name: c("rollouts.start"), exact: true }).click();
  await visible(page.getByText(c("rollouts.done"), { exact: true }).first());
});

test("a learner does it on a phone, loses the network in the middle, and holds a certificate that anybody can check", async () => {
  const v = await s.visit({ as: staff.learner, size: phone });
  const { page } = v;
  v.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await v.open("/");
  await page.getByRole("link", { name: courseTitle }).or(page.locator(".duties a", { hasText: courseTitle })).first().click();
  await v.whole();
  if (await page.locator(".page a.button.main, .page button.main").count() > 0) await page.locator(".page a.button.main, .page button.main").first().click();
  await visible(page.getByRole("heading", { name: "Before you climb" }).first());
  await page.locator(".player-foot .main").click();
  await visible(page.locator(".player-foot .main"));
  await becomes(async () => {
    if (await page.locator(".question").count() === 0) await page.locator(".player-foot .main, .player-body .main").first().click();
    return page.locator(".question").count();
  }).toBeGreaterThan(0);

  await v.context.setOffline(true);
  await page.locator(".question .choice", { hasText: "stays on the ground" }).click();
  await visible(page.getByText(/connection is gone/i).first());
  await page.reload({ waitUntil: "commit" }).catch(() => undefined);
  await v.context.setOffline(false);
  await page.reload();
  await visible(page.locator(".question"));
  await becomes(() => page.locator(".question .choice input:checked").count()).toBe(1);

  await page.locator(".player-foot .main").click();
  await visible(page.locator(".player-foot .main"));
  await page.locator(".player-foot .main").dblclick();
  await becomes(async () => {
    if (await page.locator(".verdict").count() > 0 && await page.locator(".cheer").count() === 0) await page.locator(".player-foot .main").click();
    return page.locator(".cheer").count();
  }).toBe(1);

  const mine = (await v.ask("GET", "/api/certificates/mine")).body as { rows: { id: string; number: string; code: string; courseTitle: string; holder: string }[] };
  const found = mine.rows.filter((r) => r.courseTitle === courseTitle);
  expect(found).toHaveLength(1);
  const [one] = found;
  certificate = { number: one?.number ?? "", code: one?.code ?? "" };
  await becomes(async () => (await page.request.get(`/api/certificates/mine/${one?.id ?? ""}/pdf`)).status()).toBe(200);
  const file = join(s.product().dir, "certificate.pdf");
  writeFileSync(file, await (await page.request.get(`/api/certificates/mine/${one?.id ?? ""}/pdf`)).body());
  const printed = execFileSync("pdftotext", [file, "-"], { encoding: "utf8" });
  expect(printed).toContain("Lea Hoffmann");
  expect(printed).toContain(certificate.number);

  const stranger = await s.visit();
  await stranger.page.goto(`/verify/${certificate.code}`);
  expect(await stranger.page.locator("main").innerText()).toContain("Lea Hoffmann");
  expect(await stranger.page.locator("main").innerText()).toContain(certificate.number);
  await v.open("/record");
  await visible(page.getByText(courseTitle).first());
});

test("an auditor finds the proof and its ledger entry, exports, and can change nothing", async () => {
  const v = await s.visit({ as: staff.auditor });
  const { page } = v;
  await v.open("/console/completions");
  await visible(page.getByText(courseTitle).first());
  await v.open("/console/certificates");
  await visible(page.getByText(certificate.number).first());
  await v.open("/console/ledger");
  await visible(page.getByText("certificates.issued").or(page.getByText("certificates.rendered")).first());
  await v.open("/console/requirements");
  expect(await page.getByRole("button", { name: c("requirements.new") }).or(page.getByRole("link", { name: c("requirements.new") })).count()).toBe(0);
  v.allow(/status of 403/);
  expect((await v.ask("POST", "/api/courses", { code: "X1", title: "Mine", language: "en" })).status).toBe(403);
  expect(p("nav.training")).not.toBe("nav.training");
});
