/** What a course version is made of. Browser-safe: the editor, the player and the server share these shapes. */
import { z } from "zod";
import { Label, Sha256, Text } from "../../kernel/contract.ts";

/** Stable within its course, across versions: letters and digits made by the editor. */
export const PartId = z.string().regex(/^[a-z0-9]{4,32}$/);

export const FileRef = z.strictObject({ sha256: Sha256, name: Label(200), type: z.enum(["application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"]), size: z.int().min(1) });

export const Choice = z.strictObject({ id: PartId, text: Label(1_000), isCorrect: z.boolean() });
const question = { id: PartId, text: Text(4_000, 1), points: z.int().min(1).max(100), explanation: Text(4_000) };
export const Question = z.discriminatedUnion("kind", [
  z.strictObject({ ...question, kind: z.literal("single"), choices: z.array(Choice).min(2).max(20) }),
  z.strictObject({ ...question, kind: z.literal("multiple"), choices: z.array(Choice).min(2).max(20) }),
  z.strictObject({ ...question, kind: z.literal("true_false"), isTrue: z.boolean() }),
  /** Decimal strings keep what the author typed; both are compared as exact decimals. */
  z.strictObject({ ...question, kind: z.literal("numeric"), answer: z.string().regex(/^-?\d{1,15}(\.\d{1,9})?$/), tolerance: z.string().regex(/^\d{1,15}(\.\d{1,9})?$/), unit: Text(40) }),
]);

/** Questions drawn from: `draw` null takes all, in order; a number draws that many at random. */
export const Pool = z.strictObject({ id: PartId, title: Text(200), draw: z.int().min(1).max(500).nullable(), questions: z.array(Question).max(500) });

const unit = { id: PartId, title: Label(200), minutes: z.int().min(1).max(600) };
export const Lesson = z.strictObject({ ...unit, kind: z.literal("lesson"), markdown: Text(200_000) });
/** Read and attest: a PDF, or text when `file` is null. `statement` is what the learner confirms. */
export const Document = z.strictObject({ ...unit, kind: z.literal("document"), file: FileRef.nullable(), markdown: Text(200_000), statement: Label(500) });
export const Quiz = z.strictObject({
  ...unit, kind: z.literal("quiz"), intro: Text(20_000), passPercent: z.int().min(0).max(100),
  /** null: as often as they like. */
  maxSittings: z.int().min(1).max(50).nullable(),
  /** Minutes of server time per sitting; null: no limit. */
  limitMinutes: z.int().min(1).max(600).nullable(),
  shuffle: z.boolean(),
  /** What is shown after a sitting: nothing but passed or not; the score; which answers were right; right answers too (at once, or only once passed). */
  feedback: z.enum(["verdict", "score", "marks", "answers", "answers_when_passed"]),
  pools: z.array(Pool).min(1).max(20),
});
export const Unit = z.discriminatedUnion("kind", [Lesson, Document, Quiz]);
/** `order`: units are opened one after the other (the default), or in any order. */
export const Content = z.strictObject({ order: z.enum(["in_order", "free"]).optional(), units: z.array(Unit).max(200) });

export type Content = z.output<typeof Content>;
export type Unit = z.output<typeof Unit>;
export type Quiz = z.output<typeof Quiz>;
export type Question = z.output<typeof Question>;
