/** What is wrong (error: publishing refuses) or doubtful (warning) in a draft. Pure. */
import type { Content, Question, Quiz, Unit } from "./content.ts";
import type { CourseFile, Finding } from "./contract.ts";
import { render, type PictureUrl } from "./markdown.ts";

type Values = Readonly<Record<string, string | number>>;
interface Place { readonly path: string; readonly unitId?: string; readonly questionId?: string }

class Report {
  readonly findings: Finding[] = [];
  error(code: string, at: Place, message: string, values: Values = {}): void { this.#add("error", code, at, message, values); }
  warning(code: string, at: Place, message: string, values: Values = {}): void { this.#add("warning", code, at, message, values); }
  #add(severity: Finding["severity"], code: string, at: Place, message: string, values: Values): void {
    if (this.findings.length < 500) this.findings.push({ severity, code, path: at.path, message, unitId: at.unitId ?? null, questionId: at.questionId ?? null, values: { ...values } });
  }
}

interface Known { readonly picture: PictureUrl; readonly files: readonly CourseFile[] }

function checkText(report: Report, at: Place, markdown: string, known: Known): void {
  const { missing, unsafe, noAlt } = render(markdown, known.picture);
  for (const name of missing) report.error("picture_missing", at, "A picture in the text is not among the files of the course.", { name });
  for (const address of unsafe) report.warning("link_unsafe", at, "A link is shown without its address: only http, https and mailto are allowed.", { address });
  if (noAlt > 0) report.warning("picture_without_text", at, "A picture has no text for people who cannot see it.", { count: noAlt });
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => { if (seen.has(id)) return true; seen.add(id); return false; });
}

function checkQuestion(report: Report, at: Place, question: Question, known: Known): void {
  checkText(report, { ...at, path: `${at.path}.text` }, question.text, known);
  if (question.text.trim() === "") report.error("question_empty", at, "A question has no text.");
  if (question.explanation !== "") checkText(report, { ...at, path: `${at.path}.explanation` }, question.explanation, known);
  if (question.kind === "true_false" || question.kind === "numeric") return;
  for (const id of repeated(question.choices.map((c) => c.id))) report.error("choice_twice", at, "Two choices have the same id.", { id });
  for (const text of repeated(question.choices.map((c) => c.text.trim().toLowerCase()))) report.error("choice_same_text", at, "Two choices read the same.", { text: text.slice(0, 100) });
  const right = question.choices.filter((c) => c.isCorrect).length;
  if (right === 0) report.error("no_correct_choice", at, "No choice is marked as correct.");
  if (question.kind === "single" && right > 1) report.error("several_correct", at, "Only one choice of a single-choice question can be correct.", { count: right });
}

function checkQuiz(report: Report, at: Place, quiz: Quiz, known: Known): void {
  checkText(report, { ...at, path: `${at.path}.intro` }, quiz.intro, known);
  const all = quiz.pools.flatMap((p) => p.questions);
  if (all.length === 0) report.error("quiz_without_questions", at, "The quiz has no questions.");
  for (const id of repeated(quiz.pools.map((p) => p.id))) report.error("pool_twice", at, "Two pools have the same id.", { id });
  for (const id of repeated(all.map((q) => q.id))) report.error("question_twice", { ...at, questionId: id }, "Two questions of the quiz have the same id.", { id });
  for (const [i, pool] of quiz.pools.entries()) {
    const poolAt = { ...at, path: `${at.path}.pools.${i}` };
    if (all.length > 0 && pool.questions.length === 0) report.error("pool_empty", poolAt, "A pool has no questions.");
    if (pool.draw !== null && pool.questions.length > 0 && pool.draw > pool.questions.length) report.error("pool_draws_too_many", { ...poolAt, path: `${poolAt.path}.draw` }, "The pool draws more questions than it has.", { draw: pool.draw, count: pool.questions.length });
    if (pool.draw !== null && pool.draw < pool.questions.length && new Set(pool.questions.map((q) => q.points)).size > 1) report.warning("pool_uneven_points", poolAt, "Questions drawn from this pool have different points, so sittings differ in weight.");
    for (const [j, question] of pool.questions.entries()) checkQuestion(report, { ...at, path: `${poolAt.path}.questions.${j}`, questionId: question.id }, question, known);
  }
  const asked = quiz.pools.reduce((n, p) => n + Math.min(p.draw ?? p.questions.length, p.questions.length), 0);
  if (asked > 200) report.error("quiz_too_long", at, "A sitting asks at most 200 questions.", { count: asked });
  if (quiz.passPercent === 0) report.warning("pass_zero", { ...at, path: `${at.path}.passPercent` }, "Everybody passes this quiz, whatever they answer.");
  if (quiz.limitMinutes !== null && asked > 0 && quiz.limitMinutes * 60 < asked * 15) report.warning("limit_short", { ...at, path: `${at.path}.limitMinutes` }, "Less than 15 seconds are left for each question.", { minutes: quiz.limitMinutes, count: asked });
  if (quiz.maxSittings === null && (quiz.feedback === "answers" || quiz.feedback === "marks")) report.warning("answers_by_repeating", { ...at, path: `${at.path}.feedback` }, "The right answers can be found by repeating the quiz: limit the sittings, or show them only once passed.");
}

function checkUnit(report: Report, at: Place, unit: Unit, known: Known): void {
  if (unit.kind === "quiz") { checkQuiz(report, at, unit, known); return; }
  checkText(report, { ...at, path: `${at.path}.markdown` }, unit.markdown, known);
  if (unit.kind === "lesson") {
    if (unit.markdown.trim() === "") report.error("lesson_empty", at, "The lesson has no text.");
    return;
  }
  if (unit.file === null && unit.markdown.trim() === "") report.error("document_empty", at, "The document has neither a file nor a text.");
  if (unit.file === null) return;
  const stored = known.files.find((f) => f.sha256 === unit.file?.sha256);
  if (!stored) report.error("file_missing", { ...at, path: `${at.path}.file` }, "The document's file is not among the files of the course.", { name: unit.file.name });
  else if (stored.type !== "application/pdf") report.error("file_not_pdf", { ...at, path: `${at.path}.file` }, "A document to read must be a PDF.", { name: stored.name });
}

export function findingsOf(content: Content, files: readonly CourseFile[], picture: PictureUrl): Finding[] {
  const report = new Report();
  if (content.units.length === 0) report.error("no_units", { path: "units" }, "The course has no content yet.");
  for (const id of repeated(content.units.map((u) => u.id))) report.error("unit_twice", { path: "units", unitId: id }, "Two units have the same id.", { id });
  for (const [i, unit] of content.units.entries()) checkUnit(report, { path: `units.${i}`, unitId: unit.id }, unit, { picture, files });
  const minutes = minutesOf(content);
  if (minutes > 480) report.warning("very_long", { path: "units" }, "The course takes more than a working day.", { minutes });
  return report.findings;
}

export const minutesOf = (content: Content): number => content.units.reduce((n, u) => n + u.minutes, 0);
