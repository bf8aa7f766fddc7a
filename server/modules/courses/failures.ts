import { failures } from "../../kernel/errors.ts";

export const fail = failures("courses", {
  not_found: ["not_found", "There is no such course, or you may not see it."],
  code_taken: ["conflict", "Another course has this code."],
  draft_newer: ["conflict", "Somebody else saved this course in the meantime. Load their state before you save."],
  effective_past: ["invalid", "A version cannot have been in force before it was published."],
  unchanged: ["conflict", "The draft equals the published version; there is nothing to publish."],
  not_ready: ["unprocessable", "The draft has errors that must be mended before it can be published."],
  file_type: ["unsupported", "Only PNG, JPEG, WebP and GIF pictures and PDF documents can be added."],
  file_missing: ["not_found", "The course has no such file."],
  already_closed: ["conflict", "The course is closed already."],
  not_closed: ["conflict", "The course is not closed."],
  not_live: ["conflict", "The course has no live version that could be started."],
  altered: ["unavailable", "The stored content of this version does not match its hash. It is not shown; please tell your administrator."],
});
