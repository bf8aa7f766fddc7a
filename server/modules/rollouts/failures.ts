import { failures } from "../../kernel/errors.ts";

export const fail = failures("rollouts", {
  unknown: ["not_found", "There is no such rollout."],
  not_draft: ["conflict", "This rollout has been started already."],
  draft_exists: ["conflict", "There is a rollout of this draft already."],
  not_previewed: ["conflict", "Please look at what it would change first."],
  preview_outdated: ["conflict", "The draft was changed since the preview. Please look at the difference again."],
  count_differs: ["conflict", "The number of people is not the one of the preview."],
  course_not_live: ["conflict", "The course has no published version yet, so nobody could learn it."],
});
