import { afterEach, beforeEach, expect, it } from "vitest";
import { bareKernel, type BareKernel } from "../../../test/harness/kernel.ts";

let kernel: BareKernel;
beforeEach(async () => { kernel = await bareKernel(); });
afterEach(async () => { await kernel.close(); });

it("prepared statements compare and store what they are given, and leave quoted question marks alone", async () => {
  const { database } = kernel;
  const put = (name: string, value: string): Promise<number> => database.unit((db) => db.run("INSERT INTO instance_facts (name, value) VALUES (?, ?)", [name, value]));
  await put("one", "a = ?");
  await put("two", "+2");
  const find = (sql: string, values: readonly (string | number)[]): Promise<unknown[]> => database.read.rows(sql, values);
  expect(await find("SELECT name, '>=?' AS mark FROM instance_facts WHERE value = 'a = ?' AND name=?", ["one"])).toEqual([{ name: "one", mark: ">=?" }]);
  expect(await find("SELECT name FROM instance_facts WHERE value = ? AND name <> ? AND name >= ? AND name<? ORDER BY name", ["+2", "one", "t", "u"])).toEqual([{ name: "two" }]);
  expect(await database.unit((db) => db.run("UPDATE instance_facts SET value = ? WHERE name = ?", ["007", "two"]))).toBe(1);
  expect(await find("SELECT value FROM instance_facts WHERE name = ?", ["two"])).toEqual([{ value: "007" }]);
  expect(await find("SELECT count(*) AS n FROM jobs WHERE attempts = ? OR priority >= ?", [3, 4])).toEqual([{ n: 0 }]);
});
