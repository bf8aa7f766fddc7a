import { describe, expect, it } from "vitest";
import { jcs, NotCanonical } from "./jcs.ts";

const deep = (levels: number): unknown => { let v: unknown = 0; for (let i = 0; i < levels; i++) v = [v]; return v; };

describe("canonical JSON", () => {
  it("sorts names by UTF-16 code units (RFC 8785, section 3.2.3)", () => {
    expect(jcs({
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis",
    })).toBe('{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}');
  });
  it("escapes strings as section 3.2.2.2 says", () => {
    expect(jcs({ string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/", literals: [null, true, false] })).toBe('{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
    expect(jcs("\b\t\f\u007f\u2028")).toBe('"\\b\\t\\f\u007f\u2028"');
  });
  it("keeps composed and decomposed letters apart", () => { expect(jcs("\u00e9")).not.toBe(jcs("e\u0301")); });
  it("writes integers up to 2^53-1", () => { expect(jcs([0, 1, -1, 9007199254740991, -9007199254740991])).toBe("[0,1,-1,9007199254740991,-9007199254740991]"); });
  it.each([
    ["a fraction", 0.5], ["1e21", 1e21], ["2^53+1", 9007199254740993], ["-0", -0], ["NaN", Number.NaN], ["Infinity", Infinity], ["undefined", undefined], ["undefined inside", { a: undefined }],
    ["a hole", [, 1]], ["a Date", new Date(0)], ["a BigInt", 1n], ["a function", () => 1], ["a symbol", Symbol("x")], ["a Buffer", Buffer.from("x")], ["a Map", new Map()], ["a class", new (class A { a = 1; })()],
    ["half a character", "\ud800"], ["half a character in a name", { "\udc00": 1 }], ["toJSON", { toJSON: () => 1 }],
  ])("refuses %s", (_name, value) => { expect(() => jcs(value)).toThrow(NotCanonical); });
  it("refuses more than 64 levels, 20,000 too, and loops", () => {
    expect(jcs(deep(64))).toHaveLength(129);
    expect(() => jcs(deep(65))).toThrow(NotCanonical);
    expect(() => jcs(deep(20_000))).toThrow(NotCanonical);
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(() => jcs(loop)).toThrow(NotCanonical);
  });
  it("names the place", () => { expect(() => jcs({ cells: [{ due: 1.5 }] })).toThrow("cells.0.due is 1.5"); });
});
