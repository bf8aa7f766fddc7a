import { failures } from "../../kernel/errors.ts";

export const fail = failures("requirements", {
  unknown: ["not_found", "There is no such requirement."],
  changed_meanwhile: ["conflict", "Somebody else changed this requirement. Please look at their change first."],
  withdrawn: ["conflict", "This requirement has been withdrawn."],
  code_taken: ["conflict", "Another requirement has this code."],
  no_draft: ["conflict", "There is no draft rule that could go live."],
  previous_expiry_needs_months: ["invalid", "A completion that counts for ever has no expiry to count from."],
});
