/** Drawing, grading and unlocking: pure decisions. Points are whole; multiple choice counts all or nothing. */
import type { Answer } from "./contract.ts";
import type { Question, Quiz } from "../courses/index.ts";

/** A uniformly random integer in [0, n). */
export type Random = (n: number) => number;
/** A question as drawn for one sitting, with the order its choices are shown in. */
export interface Drawn { readonly id: string; readonly choices?: readonly string[] }
export interface Mark { readonly questionId: string; readonly given: Answer; readonly isRight: boolean; readonly points: number; readonly maxPoints: number }
export interface Grade { readonly marks: readonly Mark[]; readonly points: number; readonly maxPoints: number; readonly percent: number; readonly isPassed: boolean }

/** Answers are still taken this long after the due instant: the time a request travels. */
export const graceMs = 5_000;
/** Sittings of one quiz that may begin within a day when the author set no limit: bounds fishing for questions. */
export const sittingsPerDay = 20;

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random(i + 1);
    const a = out[i], b = out[j];
    if (a !== undefined && b !== undefined) { out[i] = b; out[j] = a; }
  }
  return out;
}

/** Draws a sitting: from each pool, in the order of the pools; without `shuffle` in the author's order. */
export function drawQuestions(quiz: Pick<Quiz, "pools" | "shuffle">, random: Random): Drawn[] {
  return quiz.pools.flatMap((pool) => {
    const wanted = Math.min(pool.draw ?? pool.questions.length, pool.questions.length);
    const chosen = new Set(shuffled(pool.questions.map((_, i) => i), random).slice(0, wanted));
    const inOrder = pool.questions.filter((_, i) => chosen.has(i));
    return (quiz.shuffle ? shuffled(inOrder, random) : inOrder).map((q): Drawn => {
      if (q.kind !== "single" && q.kind !== "multiple") return { id: q.id };
      const ids = q.choices.map((c) => c.id);
      return { id: q.id, choices: quiz.shuffle ? shuffled(ids, random) : ids };
    });
  });
}

export const asked = (quiz: Pick<Quiz, "pools">): number => quiz.pools.reduce((n, p) => n + Math.min(p.draw ?? p.questions.length, p.questions.length), 0);

/** Does the answer have the question's form and name only its choices? */
export function fits(question: Question, answer: Answer): boolean {
  if (answer === null) return true;
  switch (question.kind) {
    case "single": return "choice" in answer && question.choices.some((c) => c.id === answer.choice);
    case "multiple": return "choices" in answer && new Set(answer.choices).size === answer.choices.length && answer.choices.every((id) => question.choices.some((c) => c.id === id));
    case "true_false": return "isTrue" in answer;
    case "numeric": return "number" in answer;
  }
}

/** A decimal as a count of 10⁻⁹: no binary fractions, so 0.1 + 0.2 is 0.3. */
export function decimal(text: string): bigint {
  const isNegative = text.startsWith("-");
  const [whole = "0", fraction = ""] = (isNegative ? text.slice(1) : text).split(".");
  const value = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
  return isNegative ? -value : value;
}
const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);

export function isRight(question: Question, answer: Answer): boolean {
  if (answer === null || !fits(question, answer)) return false;
  switch (question.kind) {
    case "single": return "choice" in answer && question.choices.some((c) => c.id === answer.choice && c.isCorrect);
    case "multiple": return "choices" in answer && question.choices.every((c) => c.isCorrect === answer.choices.includes(c.id));
    case "true_false": return "isTrue" in answer && answer.isTrue === question.isTrue;
    case "numeric": return "number" in answer && distance(decimal(answer.number), decimal(question.answer)) <= decimal(question.tolerance);
  }
}

/** Shown percent is rounded down, so that nobody reads the pass mark beside "not passed"; passing compares exactly. */
export function grade(passPercent: number, questions: readonly Question[], given: ReadonlyMap<string, Answer>): Grade {
  const marks = questions.map((q): Mark => {
    const answer = given.get(q.id) ?? null;
    const right = isRight(q, answer);
    return { questionId: q.id, given: answer, isRight: right, points: right ? q.points : 0, maxPoints: q.points };
  });
  const points = marks.reduce((n, m) => n + m.points, 0);
  const maxPoints = marks.reduce((n, m) => n + m.maxPoints, 0);
  return { marks, points, maxPoints, percent: percentOf(points, maxPoints), isPassed: points * 100 >= passPercent * maxPoints };
}
export const percentOf = (points: number, maxPoints: number): number => (maxPoints === 0 ? 100 : Math.floor((points * 100) / maxPoints));

const ms = (instant: string): number => Date.parse(instant);
export const isOver = (dueAt: string | null, now: string): boolean => dueAt !== null && ms(now) > ms(dueAt) + graceMs;

/** What may be told after a sitting. */
export function feedbackOf(feedback: Quiz["feedback"], isPassed: boolean): { score: boolean; marks: boolean; answers: boolean } {
  const answers = feedback === "answers" || (feedback === "answers_when_passed" && isPassed);
  const marks = answers || feedback === "marks" || feedback === "answers_when_passed";
  return { score: marks || feedback === "score", marks, answers };
}

export const sittingsLeft = (maxSittings: number | null, used: number): number | null => (maxSittings === null ? null : Math.max(0, maxSittings - used));

/** In order: a part opens once all parts before it are done. What is done stays open. */
export function mayOpen(unitIds: readonly string[], isInOrder: boolean, done: ReadonlySet<string>, unitId: string): boolean {
  if (!isInOrder || done.has(unitId)) return true;
  return unitIds.slice(0, unitIds.indexOf(unitId)).every((id) => done.has(id));
}

/** The answer in words, for results and records. */
export function inWords(question: Question, answer: Answer): string {
  if (answer === null) return "";
  if ("choice" in answer || "choices" in answer) {
    const ids = "choice" in answer ? [answer.choice] : answer.choices;
    return question.kind === "single" || question.kind === "multiple" ? question.choices.filter((c) => ids.includes(c.id)).map((c) => c.text).join("; ") : "";
  }
  return "isTrue" in answer ? String(answer.isTrue) : question.kind === "numeric" && question.unit !== "" ? `${answer.number} ${question.unit}` : answer.number;
}

export function rightInWords(question: Question): string {
  switch (question.kind) {
    case "single": case "multiple": return question.choices.filter((c) => c.isCorrect).map((c) => c.text).join("; ");
    case "true_false": return String(question.isTrue);
    case "numeric": return `${question.answer}${decimal(question.tolerance) === 0n ? "" : ` ± ${question.tolerance}`}${question.unit === "" ? "" : ` ${question.unit}`}`;
  }
}
