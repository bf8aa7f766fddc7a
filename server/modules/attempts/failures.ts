import { failures } from "../../kernel/errors.ts";

export const fail = failures("attempts", {
  not_found: ["not_found", "There is no such attempt, or it is not yours."],
  not_open: ["conflict", "This attempt is finished; it can be looked at but not changed."],
  no_unit: ["not_found", "The course has no such part."],
  wrong_unit: ["conflict", "This part of the course is not of that kind."],
  too_early: ["forbidden", "The parts before this one come first."],
  open_elsewhere: ["conflict", "The course is open in another window or on another device. You can take over here."],
  other_text: ["conflict", "What you confirmed is not the text of this version. Please read it again."],
  already_passed: ["conflict", "You have passed this quiz already."],
  no_sittings_left: ["conflict", "All allowed sittings of this quiz are used up. Please ask HR."],
  too_many_sittings: ["too_many", "You began this quiz very often today. Please try again tomorrow."],
  sitting_over: ["conflict", "The time is up or the quiz was handed in; this answer was not saved."],
  not_in_sitting: ["invalid", "This question is not part of your quiz."],
  answer_mismatch: ["invalid", "The answer does not fit its question."],
});
