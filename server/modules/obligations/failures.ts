import { failures } from "../../kernel/errors.ts";

export const fail = failures("obligations", {
  unknown: ["not_found", "This is not owed, and never was."],
  person_missing: ["not_found", "There is no such person."],
});
