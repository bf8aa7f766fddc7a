import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { world, type World } from "../../../test/harness/world.ts";
import type { Content } from "./content.ts";
import { liveVersion } from "./index.ts";

let w: World;
beforeEach(async () => { w = await world(); });
afterEach(async () => { await w.close(); });

const lesson = { id: "less", kind: "lesson" as const, title: "Lesson", minutes: 5, markdown: "# Hello\n\ntext" };
const quiz = {
  id: "quiz", kind: "quiz" as const, title: "Quiz", minutes: 5, intro: "", passPercent: 50, maxSittings: null, limitMinutes: null, shuffle: false, feedback: "score" as const,
  pools: [{ id: "pool", title: "", draw: null, questions: [{ id: "ques", kind: "true_false" as const, text: "Is it?", points: 1, explanation: "because", isTrue: true }] }],
};
const content: Content = { units: [lesson, quiz] };
const policy = { inProgress: "finish" as const, withinDays: null };
const bytes = (...b: number[]): File => new File([Uint8Array.from(b)], "picture.png");
const png = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);

const today = (): string => w.clock.now().slice(0, 10);
const create = (code = "fire") => w.as("author").courses.create({ code, title: "Fire safety", language: "en" });
async function publish(courseId: string, rowVersion: number, over: object = {}) {
  return w.as("author").courses.publish({ courseId, rowVersion, change: "material", reason: "new", effectiveOn: today(), policy, ...over });
}
async function published(code = "fire", of: Content = content) {
  const course = await create(code);
  const { rowVersion } = await w.as("author").courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content: of });
  return { courseId: course.id, version: await publish(course.id, rowVersion) };
}

async function allRefused(calls: readonly Promise<unknown>[], why: object): Promise<void> {
  for (const seen of await Promise.allSettled(calls)) expect(seen).toMatchObject({ status: "rejected", reason: why });
}

describe("courses", () => {
  it("are created, listed and found; a code is taken once", async () => {
    const course = await create();
    expect(course).toMatchObject({ state: "draft", versionCount: 0, liveVersionId: null, isDraftNewer: true });
    await expect(create()).rejects.toMatchObject({ status: 409, code: "courses.code_taken" });
    await w.as("author").courses.create({ code: "priv", title: "100 % private_data", language: "de" });
    expect((await w.as("hr").courses.list({ search: "100 %" })).rows.map((r) => r.code)).toEqual(["priv"]);
    expect((await w.as("hr").courses.list({ search: "%" })).total).toBe(1);
    expect((await w.as("hr").courses.list({ search: "FIRE", state: "draft" })).total).toBe(1);
    expect((await w.as("hr").courses.list({ size: "1", page: "2", sort: "code" })).rows.map((r) => r.code)).toEqual(["priv"]);
  });

  it("are for authors: others may not write, learners may not read", async () => {
    const course = await create();
    const { courses: hr } = w.as("hr");
    await expect(hr.create({ code: "x", title: "X", language: "en" })).rejects.toMatchObject({ status: 403 });
    await expect(hr.saveDraft({ courseId: course.id, rowVersion: 1, content })).rejects.toMatchObject({ status: 403 });
    await expect(hr.change({ courseId: course.id, rowVersion: 1, title: "X" })).rejects.toMatchObject({ status: 403 });
    await expect(hr.addFile({ courseId: course.id, name: "a.png" }, { file: png })).rejects.toMatchObject({ status: 403 });
    await expect(hr.close({ courseId: course.id, reason: "" })).rejects.toMatchObject({ status: 403 });
    await expect(hr.reopen({ courseId: course.id, reason: "" })).rejects.toMatchObject({ status: 403 });
    await expect(hr.duplicate({ courseId: course.id, code: "y", title: "Y" })).rejects.toMatchObject({ status: 403 });
    await expect(hr.publish({ courseId: course.id, rowVersion: 1, change: "minor", reason: "r", effectiveOn: today(), policy })).rejects.toMatchObject({ status: 403 });
    const { courses: learner } = w.as("learner");
    await allRefused([learner.list({}), learner.get({ courseId: course.id }), learner.draft({ courseId: course.id }), learner.findings({ courseId: course.id }), learner.preview({ courseId: course.id }),
      learner.render({ courseId: course.id, markdown: "x" }), learner.files({ courseId: course.id }), learner.file({ courseId: course.id, sha256: "a".repeat(64) }), learner.versions({ courseId: course.id })], { status: 403 });
    const { version } = await published("other");
    await expect(learner.version({ versionId: version.id })).rejects.toMatchObject({ status: 403 });
    await expect(learner.exportVersion({ versionId: version.id })).rejects.toMatchObject({ status: 403 });
  });

  it("a draft saved by somebody else in the meantime is told with its time", async () => {
    const course = await create();
    const first = await w.as("author").courses.saveDraft({ courseId: course.id, rowVersion: 1, content });
    expect(first.rowVersion).toBe(2);
    await expect(w.as("author").courses.saveDraft({ courseId: course.id, rowVersion: 1, content: { units: [] } })).rejects.toMatchObject({ status: 409, code: "courses.draft_newer", values: { rowVersion: 2, changedAt: first.changedAt } });
    await expect(w.as("author").courses.change({ courseId: course.id, rowVersion: 1, title: "Old" })).rejects.toMatchObject({ status: 409 });
    expect((await w.as("author").courses.draft({ courseId: course.id })).content).toEqual(content);
    await expect(w.as("author").courses.saveDraft({ courseId: "nowhere", rowVersion: 1, content })).rejects.toMatchObject({ status: 404 });
    await expect(w.as("author").courses.saveDraft({ courseId: course.id, rowVersion: 2, content: { units: [{ ...lesson, extra: 1 }] } as never })).rejects.toMatchObject({ status: 400 });
  });

  it("pictures and PDFs are judged by their bytes and served as what they are", async () => {
    const course = await create();
    const { courses: author } = w.as("author");
    const file = await author.addFile({ courseId: course.id, name: "plan.png" }, { file: png });
    expect(file).toMatchObject({ type: "image/png", size: 9, name: "plan.png" });
    expect(await author.addFile({ courseId: course.id, name: "again.png" }, { file: png })).toEqual(file);
    await expect(author.addFile({ courseId: course.id, name: "x.png" }, { file: new File(["<svg onload=alert(1)>"], "x.png") })).rejects.toMatchObject({ status: 415, code: "courses.file_type" });
    await expect(author.addFile({ courseId: course.id, name: "x.png" }, { file: new File([], "x.png") })).rejects.toMatchObject({ status: 415 });
    const served = await author.file({ courseId: course.id, sha256: file.sha256 });
    expect([...new Uint8Array(await served.arrayBuffer())]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
    expect(served.type).toBe("image/png");
    await expect(author.file({ courseId: course.id, sha256: "f".repeat(64) })).rejects.toMatchObject({ status: 404 });
    const other = await create("other");
    await expect(author.file({ courseId: other.id, sha256: file.sha256 })).rejects.toMatchObject({ status: 404 });
    const shown = await author.render({ courseId: course.id, markdown: "![Plan](plan.png) ![x](gone.png) <script>" });
    expect(shown.html).toContain(`<img src="/api/courses/${course.id}/files/${file.sha256}" alt="Plan"`);
    expect(shown).toMatchObject({ missing: ["gone.png"], html: expect.not.stringContaining("<script") as string });
  });

  it("publishing freezes a numbered version; an unchanged draft has nothing to publish", async () => {
    const { courseId, version } = await published();
    expect(version).toMatchObject({ number: 1, isLive: true, unitCount: 2, minutes: 10, publication: { change: "material", effectiveOn: today(), policy } });
    const raw = await (await w.as("auditor").courses.exportVersion({ versionId: version.id })).arrayBuffer();
    const { createHash } = await import("node:crypto");
    expect(createHash("sha256").update(new Uint8Array(raw)).digest("hex")).toBe(version.contentSha256);
    const course = await w.as("author").courses.get({ courseId });
    expect(course).toMatchObject({ state: "live", liveNumber: 1, versionCount: 1, isDraftNewer: false });
    await expect(publish(courseId, course.rowVersion)).rejects.toMatchObject({ status: 409, code: "courses.unchanged" });
    const saved = await w.as("author").courses.saveDraft({ courseId, rowVersion: course.rowVersion, content: { units: [{ ...lesson, title: "Better" }, quiz] } });
    await expect(publish(courseId, saved.rowVersion - 1)).rejects.toMatchObject({ status: 409, code: "courses.draft_newer" });
    const second = await publish(courseId, saved.rowVersion, { change: "editorial" });
    expect(second.number).toBe(2);
    expect((await w.as("hr").courses.versions({ courseId })).versions.map((v) => [v.number, v.isLive])).toEqual([[2, true], [1, false]]);
    expect((await w.as("author").courses.version({ versionId: version.id })).content).toEqual(content);
  });

  it("errors forbid publishing, by field; warnings do not", async () => {
    const course = await create();
    await expect(publish(course.id, 1)).rejects.toMatchObject({ status: 422, code: "courses.not_ready", fields: [{ path: "units", code: "no_units" }] });
    const { rowVersion } = await w.as("author").courses.saveDraft({ courseId: course.id, rowVersion: 1, content: { units: [{ ...quiz, passPercent: 0 }] } });
    const found = await w.as("author").courses.findings({ courseId: course.id });
    expect(found).toMatchObject({ isPublishable: true, isChanged: true, findings: [{ severity: "warning", code: "pass_zero" }] });
    expect((await publish(course.id, rowVersion)).number).toBe(1);
    await expect(publish(course.id, rowVersion, { effectiveOn: "2001-01-01" })).rejects.toMatchObject({ status: expect.any(Number) as number });
  });

  it("a version of a later day goes live on that day", async () => {
    const { courseId } = await published();
    const { rowVersion } = await w.as("author").courses.get({ courseId });
    const saved = await w.as("author").courses.saveDraft({ courseId, rowVersion, content: { units: [lesson] } });
    const day = new Date(Date.parse(w.clock.now()) + 3 * 86_400_000).toISOString().slice(0, 10);
    expect(await publish(courseId, saved.rowVersion, { effectiveOn: day })).toMatchObject({ number: 2, isLive: false });
    expect((await w.as("hr").courses.get({ courseId })).liveNumber).toBe(1);
    await w.muster.scheduler.runDue();
    w.clock.advance(4 * 86_400_000);
    await w.muster.scheduler.runDue();
    expect((await w.unit((ctx) => liveVersion(ctx, courseId))).number).toBe(2);
  });

  it("the preview shows what learners see and no answers", async () => {
    const course = await create();
    await w.as("author").courses.saveDraft({ courseId: course.id, rowVersion: 1, content });
    const shown = await w.as("author").courses.preview({ courseId: course.id });
    expect(shown.units[0]?.html).toContain("<h2 dir=\"auto\">Hello</h2>");
    expect(JSON.stringify(shown)).not.toMatch(/isTrue|because/);
    expect(shown.units[1]?.questions[0]?.html).toContain("Is it?");
  });

  it("a copy has its own files and draft; closing stops and reopening allows starts", async () => {
    const { courseId } = await published();
    const { courses: author } = w.as("author");
    await author.addFile({ courseId, name: "plan.png" }, { file: png });
    const copy = await author.duplicate({ courseId, code: "fire2", title: "Fire safety 2" });
    expect(copy).toMatchObject({ state: "draft", versionCount: 0, code: "fire2" });
    expect((await author.draft({ courseId: copy.id })).content).toEqual(content);
    expect((await author.files({ courseId: copy.id })).files).toHaveLength(1);
    expect(await author.close({ courseId, reason: "replaced" })).toMatchObject({ state: "closed" });
    await expect(author.close({ courseId, reason: "" })).rejects.toMatchObject({ code: "courses.already_closed" });
    await expect(w.as("learner").attempts.start({ courseId })).rejects.toMatchObject({ status: 409, code: "courses.not_live" });
    expect(await author.reopen({ courseId, reason: "" })).toMatchObject({ state: "live" });
    await expect(author.reopen({ courseId, reason: "" })).rejects.toMatchObject({ code: "courses.not_closed" });
  });

  it("the same publication twice under one key is one version", async () => {
    const course = await create();
    const { rowVersion } = await w.as("author").courses.saveDraft({ courseId: course.id, rowVersion: 1, content });
    const input = { courseId: course.id, rowVersion, change: "minor" as const, reason: "r", effectiveOn: today(), policy };
    const first = await w.as("author").courses.publish(input, { idempotencyKey: "publish-once" });
    expect(await w.as("author").courses.publish(input, { idempotencyKey: "publish-once" })).toEqual(first);
  });

  it.each([["code", { code: "../x" }], ["code", { code: "" }], ["title", { title: "" }], ["title", { title: "a\nb" }], ["title", { title: "\u0000" }], ["title", { title: "\ud800" }], ["language", { language: "xx" }], ["language", { language: ["en"] }], ["__proto__", JSON.parse("{\"__proto__\":{\"a\":1}}") as object], ["id", { id: "mine" }]])("refuses a bad %s", async (_, over) => {
    await expect(w.as("author").courses.create({ code: "c", title: "T", language: "en", ...over } as never)).rejects.toMatchObject({ status: 400 });
    expect((await w.as("hr").courses.list({})).total).toBe(0);
  });
});
