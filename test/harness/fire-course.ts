/** A small course for tests: a lesson, a text to attest, a quiz of `count` questions. */
import type { Content } from "../../server/modules/courses/content.ts";

export const fireCourse = (count = 20, only: "all" | "quiz" = "all"): Content => ({
  units: [
    ...(only === "quiz" ? [] : [
      { id: "lesson01", kind: "lesson" as const, title: "What to do", minutes: 4, markdown: "# Fire\n\nStay **calm**, leave the building, call 112." },
      { id: "policy01", kind: "document" as const, title: "House rules", minutes: 2, file: null, markdown: "No candles in the office.", statement: "I have read the house rules." },
    ]),
    {
      id: "quiz0001", kind: "quiz", title: "Check", minutes: 5, intro: "Twenty short questions.", passPercent: 80, maxSittings: 3, limitMinutes: 30, shuffle: false, feedback: "answers_when_passed",
      pools: [{ id: "pool0001", title: "All", draw: null, questions: Array.from({ length: count }, (_, i) => ({
        id: `question${String(i).padStart(3, "0")}`, kind: "single" as const, text: `Question ${i + 1}?`, points: 1, explanation: "Because.",
        choices: [{ id: "right", text: "Right", isCorrect: true }, { id: "wrong", text: "Wrong", isCorrect: false }],
      })) }],
    },
  ],
});
