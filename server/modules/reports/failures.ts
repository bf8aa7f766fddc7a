import { failures } from "../../kernel/errors.ts";

export const fail = failures("reports", {
  unknown_run: ["not_found", "There is no such export, or it is not yours."],
  not_ready: ["conflict", "This export is not finished."],
  person_needed: ["invalid", "A transcript is about one person."],
  person_missing: ["not_found", "There is no such person."],
  missing_bytes: ["unavailable", "The file of this export is missing. Please start it again."],
});
