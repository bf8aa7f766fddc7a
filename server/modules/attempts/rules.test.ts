import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Question } from "../courses/content.ts";
import { Answer } from "./contract.ts";
import { asked, decimal, drawQuestions, feedbackOf, fits, grade, isOver, isRight, mayOpen, sittingsLeft } from "./rules.ts";

const text = { text: "?", points: 1, explanation: "" };
const single: Question = { ...text, id: "qone", kind: "single", choices: [{ id: "aaaa", text: "a", isCorrect: true }, { id: "bbbb", text: "b", isCorrect: false }] };
const multiple: Question = { ...text, id: "qmany", points: 3, kind: "multiple", choices: ["aaaa", "bbbb", "cccc"].map((id, i) => ({ id, text: id, isCorrect: i < 2 })) };
const numeric = (answer: string, tolerance = "0"): Question => ({ ...text, id: "qnum", kind: "numeric", answer, tolerance, unit: "" });

describe("marks", () => {
  it("single, multiple all or nothing, true or false", () => {
    expect(isRight(single, { choice: "aaaa" })).toBe(true);
    expect(isRight(single, { choice: "bbbb" })).toBe(false);
    expect(isRight(single, null)).toBe(false);
    expect(isRight(multiple, { choices: ["bbbb", "aaaa"] })).toBe(true);
    for (const wrong of [[], ["aaaa"], ["aaaa", "bbbb", "cccc"], ["aaaa", "aaaa"], ["aaaa", "bbbb", "zzzz"]]) expect(isRight(multiple, { choices: wrong })).toBe(false);
    expect(isRight({ ...text, id: "qtf", kind: "true_false", isTrue: false }, { isTrue: false })).toBe(true);
  });

  it("numbers are exact decimals", () => {
    expect(isRight(numeric("0.3"), { number: "0.3" })).toBe(true);
    expect(isRight(numeric("0.1", "0.2"), { number: "0.3" })).toBe(true);
    expect(isRight(numeric("0.1", "0.2"), { number: "0.300000001" })).toBe(false);
    expect(isRight(numeric("0.1", "0.2"), { number: "-0.1" })).toBe(true);
    expect(isRight(numeric("999999999999999.999999999"), { number: "999999999999999.999999998" })).toBe(false);
    expect(isRight(numeric("-0"), { number: "0" })).toBe(true);
    expect(isRight(numeric("5"), { number: "05.0" })).toBe(true);
    for (const bad of ["NaN", "Infinity", "1e3", "0x10", "", " 1", "1,5", "--1", "+1", "٣", "1.", ".5"]) expect(Answer.safeParse({ number: bad }).success).toBe(false);
  });

  it("decimal agrees with scaled integers", () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 24n) + 1n, max: 10n ** 24n - 1n }), (n) => {
      const digits = (n < 0n ? -n : n).toString().padStart(10, "0");
      expect(decimal(`${n < 0n ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`)).toBe(n);
    }));
  });

  it("an answer of another form, or with a choice of another question, does not fit", () => {
    expect(fits(single, { choices: ["aaaa"] })).toBe(false);
    expect(fits(single, { choice: "zzzz" })).toBe(false);
    expect(fits(numeric("1"), { isTrue: true })).toBe(false);
    expect(fits(multiple, { choices: ["aaaa", "aaaa"] })).toBe(false);
    expect(fits(multiple, null)).toBe(true);
  });
});

const question = fc.record({ kind: fc.constantFrom("single" as const, "multiple" as const), points: fc.integer({ min: 1, max: 100 }), right: fc.array(fc.boolean(), { minLength: 2, maxLength: 8 }) })
  .map(({ kind, points, right }, ): Question => ({ ...text, id: "", kind, points, choices: right.map((isCorrect, i) => ({ id: `choice${i}`, text: "", isCorrect })) }));
const questions = fc.array(question, { minLength: 1, maxLength: 30 }).map((list) => list.map((q, i): Question => ({ ...q, id: `question${i}` })));

describe("grade", () => {
  it("never exceeds the points there are; all right is 100 %, none is 0 %; a percent shown as passing is passing", () => {
    fc.assert(fc.property(questions, fc.integer({ min: 0, max: 100 }), fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (list, pass, luck) => {
      const right = (q: Question) => (q.kind === "single" ? { choice: q.choices.find((c) => c.isCorrect)?.id ?? "none" } : { choices: q.kind === "multiple" ? q.choices.filter((c) => c.isCorrect).map((c) => c.id) : [] });
      const solvable = list.filter((q) => q.kind === "single" && q.choices.some((c) => c.isCorrect) || q.kind === "multiple");
      fc.pre(solvable.length > 0);
      const some = grade(pass, solvable, new Map(solvable.filter((_, i) => luck[i]).map((q) => [q.id, right(q)])));
      const all = grade(pass, solvable, new Map(solvable.map((q) => [q.id, right(q)])));
      expect(all.percent).toBe(100);
      expect(all.isPassed).toBe(true);
      expect(some.points).toBe(some.marks.filter((m) => m.isRight).reduce((n, m) => n + m.maxPoints, 0));
      expect(some.points).toBeLessThanOrEqual(some.maxPoints);
      expect(some.isPassed).toBe(some.points * 100 >= pass * some.maxPoints);
      if (some.percent >= pass) expect(some.isPassed).toBe(true);
      else expect(some.isPassed).toBe(false);
    }));
  });

  it("is worth nothing without answers, whatever extra answers are sent", () => {
    expect(grade(50, [single, multiple], new Map([["foreign", { choice: "aaaa" }]])).points).toBe(0);
    expect(grade(100, [single, multiple], new Map([["qone", { choice: "aaaa" }]]))).toMatchObject({ points: 1, maxPoints: 4, percent: 25, isPassed: false });
  });
});

describe("drawing", () => {
  const pools = fc.array(fc.record({ count: fc.integer({ min: 0, max: 12 }), draw: fc.option(fc.integer({ min: 1, max: 15 })) }), { minLength: 1, maxLength: 5 })
    .map((list) => list.map(({ count, draw }, p) => ({ id: `pool${p}`, title: "", draw, questions: Array.from({ length: count }, (_, i): Question => ({ ...single, id: `p${p}q${i}` })) })));

  it("takes from each pool what it asks, never twice, never a foreign one; choices are a permutation", () => {
    fc.assert(fc.property(pools, fc.boolean(), fc.infiniteStream(fc.nat()), (list, shuffle, stream) => {
      const drawn = drawQuestions({ pools: list, shuffle }, (n) => (stream.next().value ?? 0) % n);
      expect(new Set(drawn.map((d) => d.id)).size).toBe(drawn.length);
      expect(drawn.length).toBe(asked({ pools: list }));
      for (const pool of list) {
        const own = drawn.filter((d) => pool.questions.some((q) => q.id === d.id));
        expect(own.length).toBe(Math.min(pool.draw ?? pool.questions.length, pool.questions.length));
        if (!shuffle) expect(own.map((d) => d.id)).toEqual(pool.questions.filter((q) => own.some((d) => d.id === q.id)).map((q) => q.id));
      }
      for (const d of drawn) expect([...d.choices ?? []].sort()).toEqual(["aaaa", "bbbb"]);
    }));
  });

  it("draws each question about equally often", () => {
    const pool = { id: "pool", title: "", draw: 2, questions: Array.from({ length: 5 }, (_, i): Question => ({ ...single, id: `q${i}` })) };
    const seen = new Map<string, number>();
    let state = 12345;
    const random = (n: number): number => { state = (state * 1103515245 + 12345) % 2147483648; return Math.floor((state / 2147483648) * n); };
    for (let i = 0; i < 5_000; i++) for (const d of drawQuestions({ pools: [pool], shuffle: false }, random)) seen.set(d.id, (seen.get(d.id) ?? 0) + 1);
    for (const n of seen.values()) expect(Math.abs(n - 2_000)).toBeLessThan(200);
  });
});

describe("limits", () => {
  it("time ends five seconds after the due instant, exactly", () => {
    expect(isOver("2027-03-01T08:00:00.000Z", "2027-03-01T08:00:05.000Z")).toBe(false);
    expect(isOver("2027-03-01T08:00:00.000Z", "2027-03-01T08:00:05.001Z")).toBe(true);
    expect(isOver(null, "2099-01-01T00:00:00.000Z")).toBe(false);
  });
  it("parts open in order; what is done stays open", () => {
    expect(mayOpen(["a", "b", "c"], true, new Set(["a"]), "b")).toBe(true);
    expect(mayOpen(["a", "b", "c"], true, new Set(["a"]), "c")).toBe(false);
    expect(mayOpen(["a", "b", "c"], true, new Set(["c"]), "c")).toBe(true);
    expect(mayOpen(["a", "b", "c"], false, new Set(), "c")).toBe(true);
  });
  it("tells no more than the policy", () => {
    expect(feedbackOf("verdict", true)).toEqual({ score: false, marks: false, answers: false });
    expect(feedbackOf("score", true)).toEqual({ score: true, marks: false, answers: false });
    expect(feedbackOf("marks", false)).toEqual({ score: true, marks: true, answers: false });
    expect(feedbackOf("answers_when_passed", false)).toEqual({ score: true, marks: true, answers: false });
    expect(feedbackOf("answers_when_passed", true)).toEqual({ score: true, marks: true, answers: true });
    expect(sittingsLeft(null, 9)).toBeNull();
    expect(sittingsLeft(3, 5)).toBe(0);
  });
});
