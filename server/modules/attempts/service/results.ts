/** A closed sitting question by question, so that every mark explains itself. */
import type { z } from "zod";
import type { ParsedQuiz } from "../../courses/index.ts";
import type { QuestionResult } from "../contract.ts";
import { inWords, rightInWords, type Mark } from "../rules.ts";

export function questionResults(quiz: ParsedQuiz, marks: readonly Mark[], withAnswers: boolean): z.output<typeof QuestionResult>[] {
  return marks.flatMap((m) => {
    const question = quiz.questions.get(m.questionId);
    if (!question) return [];
    return [{
      questionId: m.questionId, html: quiz.shown(m.questionId).html, points: m.points, maxPoints: m.maxPoints, isRight: m.isRight, given: m.given, givenText: inWords(question, m.given),
      rightText: withAnswers ? rightInWords(question) : null, explanationHtml: withAnswers ? quiz.explanation(m.questionId) : null,
    }];
  });
}
