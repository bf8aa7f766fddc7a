/** New parts of a course, and what of the editor's content can be stored yet. */
import type { Content } from "../../../app/api.ts";

export type Unit = Content["units"][number];
export type UnitKind = Unit["kind"];
export type Quiz = Extract<Unit, { kind: "quiz" }>;
export type Lesson = Extract<Unit, { kind: "lesson" }>;
export type Document = Extract<Unit, { kind: "document" }>;
export type Pool = Quiz["pools"][number];
export type Question = Pool["questions"][number];
export type Choice = Extract<Question, { kind: "single" }>["choices"][number];

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
/** 16 characters of [a-z0-9], stable across versions. */
export const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => letters[n % letters.length]).join("");

export const blankChoice = (isCorrect = false): Choice => ({ id: newId(), text: "", isCorrect });
const base = (old?: Question) => ({ id: old?.id ?? newId(), text: old?.text ?? "", points: old?.points ?? 1, explanation: old?.explanation ?? "" });

/** A new question, or `old` as another kind with all that both kinds have. */
export function questionOf(kind: Question["kind"], old?: Question): Question {
  const choices = old !== undefined && "choices" in old ? old.choices : [blankChoice(true), blankChoice()];
  if (kind === "single") {
    const right = Math.max(0, choices.findIndex((c) => c.isCorrect));
    return { ...base(old), kind, choices: choices.map((c, i) => ({ ...c, isCorrect: i === right })) };
  }
  if (kind === "multiple") return { ...base(old), kind, choices };
  return kind === "true_false" ? { ...base(old), kind, isTrue: true } : { ...base(old), kind, answer: "", tolerance: "0", unit: "" };
}
export const blankPool = (): Pool => ({ id: newId(), title: "", draw: null, questions: [questionOf("single")] });

export function blankUnit(kind: UnitKind, title: string, statement: string): Unit {
  const unit = { id: newId(), title, minutes: 5 };
  if (kind === "lesson") return { ...unit, kind, markdown: "" };
  if (kind === "document") return { ...unit, kind, file: null, markdown: "", statement };
  return { ...unit, kind, intro: "", passPercent: 80, maxSittings: null, limitMinutes: null, shuffle: true, feedback: "marks", pools: [blankPool()] };
}

const isNumber = (s: string): boolean => /^-?\d{1,15}(\.\d{1,9})?$/.test(s);

/** Is the question far enough to be stored? */
export function isWhole(q: Question): boolean {
  if (q.text.trim() === "") return false;
  if (q.kind === "numeric") return isNumber(q.answer) && isNumber(q.tolerance) && !q.tolerance.startsWith("-");
  return q.kind === "true_false" || q.choices.filter((c) => c.text.trim() !== "").length >= 2;
}

/** What the server can keep of a content in the middle of typing, and how many questions must still wait. */
export function storable(content: Content, untitled: string, statement: string): { readonly content: Content; readonly waiting: number } {
  let waiting = 0;
  const units = content.units.map((u): Unit => {
    const title = u.title.trim() === "" ? untitled : u.title;
    if (u.kind === "document") return { ...u, title, statement: u.statement.trim() === "" ? statement : u.statement };
    if (u.kind !== "quiz") return { ...u, title };
    const pools = u.pools.map((pool) => {
      const questions = pool.questions.filter(isWhole).map((q): Question => ("choices" in q ? { ...q, choices: q.choices.filter((c) => c.text.trim() !== "") } : q));
      waiting += pool.questions.length - questions.length;
      return { ...pool, questions };
    });
    return { ...u, title, pools };
  });
  return { content: { ...content, units }, waiting };
}

/** `list` with the element at `from` moved by `by`. */
export function moved<E>(list: readonly E[], from: number, by: number): E[] {
  const out = [...list];
  const to = Math.max(0, Math.min(list.length - 1, from + by));
  const [one] = out.splice(from, 1);
  if (one !== undefined) out.splice(to, 0, one);
  return out;
}
