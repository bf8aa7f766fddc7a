/** A request sent again with its Idempotency-Key: the same answer and no second effect, whatever has happened since (P1). */
import { afterEach, beforeEach, expect, test } from "vitest";
import { fireCourse } from "../harness/fire-course.ts";
import { contents } from "../harness/hostile.ts";
import { world, type World } from "../harness/world.ts";

let w: World;
beforeEach(async () => { w = await world(); });
afterEach(async () => { await w.close(); });

const key = (n: number): string => `a-key-of-our-own-${n}`;

test("an answer is repeated though the state it was given in is gone", async () => {
  const author = w.as("author"), hr = w.as("hr");
  const course = await author.courses.create({ title: "Fire", code: "FIRE", language: "en" });
  const saved = await author.courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content: fireCourse(2, "quiz") });
  await author.courses.publish({ courseId: course.id, rowVersion: saved.rowVersion, change: "material", reason: "First", effectiveOn: "2027-03-01", policy: { inProgress: "finish", withinDays: null } });
  const requirement = await hr.requirements.create({
    courseId: course.id, title: "Fire", reason: "", audience: { any: [{ kind: "everyone" }] }, due: { kind: "relative", days: 30, from: "assigned" }, validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
  });
  const rollout = await hr.rollouts.create({ requirementId: requirement.id }, { idempotencyKey: key(1) });
  const seen = await hr.rollouts.preview({ rolloutId: rollout.id }, { idempotencyKey: key(2) });
  const started = await hr.rollouts.start({ rolloutId: rollout.id, peopleCount: 6 }, { idempotencyKey: key(3) });
  await w.settle();
  const before = await contents(w);
  expect(await hr.rollouts.create({ requirementId: requirement.id }, { idempotencyKey: key(1) })).toEqual(rollout);
  expect(await hr.rollouts.preview({ rolloutId: rollout.id }, { idempotencyKey: key(2) })).toEqual(seen);
  expect(await hr.rollouts.start({ rolloutId: rollout.id, peopleCount: 6 }, { idempotencyKey: key(3) })).toEqual(started);
  expect(await contents(w)).toBe(before);
});

test("a key belongs to one request of one person: another body, address, file or operation under it is refused, another person's is its own", async () => {
  const author = w.as("author");
  const first = await author.courses.create({ title: "One", code: "ONE", language: "en" }, { idempotencyKey: key(1) });
  await expect(author.courses.create({ title: "Two", code: "TWO", language: "en" }, { idempotencyKey: key(1) })).rejects.toMatchObject({ status: 409, code: "request.key_reused" });
  await expect(author.courses.change({ courseId: first.id, rowVersion: first.rowVersion, title: "Two" }, { idempotencyKey: key(1) })).rejects.toMatchObject({ status: 409, code: "request.key_reused" });
  const other = await w.as("administrator").courses.create({ title: "Two", code: "TWO", language: "en" }, { idempotencyKey: key(1) });
  expect(other.id).not.toBe(first.id);

  const upload = (text: string) => w.request("POST", "/api/directory/runs?name=people.csv", { who: "hr", body: Buffer.from(text), headers: { "content-type": "application/octet-stream", "idempotency-key": key(4) } });
  const one = await upload("Employee ID,Name\n1,Ada\n");
  expect(one.status).toBe(200);
  expect((await upload("Employee ID,Name\n1,Ada\n")).json).toEqual(one.json);
  expect(await upload("Employee ID,Name\n2,Eve\n")).toMatchObject({ status: 409, json: { code: "request.key_reused" } });
});

test("many at once under one key are one", async () => {
  const author = w.as("author");
  const answers = await Promise.all(Array.from({ length: 8 }, () => author.courses.create({ title: "Once", code: "ONCE", language: "en" }, { idempotencyKey: key(1) })));
  expect(new Set(answers.map((a) => a.id)).size).toBe(1);
  expect((await author.courses.list({})).total).toBe(1);
});

test("a refused request leaves its key free, and a key that is none is refused", async () => {
  const author = w.as("author");
  await author.courses.create({ title: "One", code: "ONE", language: "en" });
  await expect(author.courses.create({ title: "Two", code: "ONE", language: "en" }, { idempotencyKey: key(1) })).rejects.toMatchObject({ status: 409 });
  expect((await author.courses.create({ title: "Two", code: "TWO", language: "en" }, { idempotencyKey: key(1) })).code).toBe("TWO");
  for (const bad of ["short", "x".repeat(129), "with space 1", "a,b,c,d,e,f"]) {
    await expect(author.courses.create({ title: "Bad", code: "BAD", language: "en" }, { idempotencyKey: bad })).rejects.toMatchObject({ status: 400 });
  }
});
