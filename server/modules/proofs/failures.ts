import { failures } from "../../kernel/errors.ts";

export const fail = failures("proofs", {
  unknown: ["not_found", "There is no such completion."],
  already_revoked: ["conflict", "This completion is revoked already."],
});
