import { expect, it } from "vitest";
import { decimalOf } from "./decimal.ts";

it.each([["12", "12"], [" 1,5 ", "1.5"], ["1.5", "1.5"], ["\u2212 3", "-3"], ["٣٫٥", "3.5"], ["۱۲", "12"], ["1\u00a0000", "1000"]])("reads %j as %s", (typed, meant) => {
  expect(decimalOf(typed)).toBe(meant);
});
it.each(["", "x", "1e5", "1.2.3", "1,000,5", "--1", ".5", "1.", "9".repeat(16)])("does not read %j", (typed) => {
  expect(decimalOf(typed)).toBeUndefined();
});
