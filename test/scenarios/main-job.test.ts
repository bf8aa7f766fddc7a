import { afterAll, beforeAll, expect, test } from "vitest";
import { world, type World } from "../harness/world.ts";

let w: World;
beforeAll(async () => { w = await world(); });
afterAll(async () => { await w.close(); });

test("a course is required, learned, completed, certified and proven", async () => {
  const author = w.as("author");
  const { id: courseId } = await author.courses.create({ title: "Fire safety", code: "FIRE", language: "en" });
  expect(courseId).toBeTruthy();
});
