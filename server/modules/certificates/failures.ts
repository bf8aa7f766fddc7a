import { failures } from "../../kernel/errors.ts";

export const fail = failures("certificates", {
  unknown_code: ["not_found", "There is no certificate with this code."],
  already_revoked: ["conflict", "This certificate is revoked already."],
  not_revoked: ["conflict", "This certificate is not revoked."],
  proof_revoked: ["conflict", "The completion behind this certificate is revoked, so the certificate cannot be restored."],
  render_failed: ["unavailable", "The document could not be made. Your administrator sees why under Jobs."],
  missing_bytes: ["unavailable", "The stored document is missing or altered and is not shown. Please tell your administrator."],
});
