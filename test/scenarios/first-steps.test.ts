/** What the README tells a new user to try first. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { importWorld, type ImportWorld } from "../harness/imports.ts";

let w: ImportWorld;
beforeAll(async () => { w = await importWorld(); });
afterAll(async () => { await w.close(); });

it("the sample of people goes in as it is: no question, no warning, six people", async () => {
  const checked = await w.check(readFileSync(join(import.meta.dirname, "../../docs/people.csv")));
  expect(checked.questions).toEqual([]);
  expect(checked.columns.filter((c) => c.target === null)).toEqual([]);
  expect(checked.counts).toMatchObject({ create: 6, refused: 0 });
  const applied = await w.apply(checked.id);
  expect(applied.state).toBe("applied");
  const people = await w.as("hr").people.list({ search: "Nowak" });
  expect(people.rows).toMatchObject([{ name: "Łukasz Nowak", superior: { name: "Omar Haddad" }, email: "lukasz.nowak@example.com" }]);
});
