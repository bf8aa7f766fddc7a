import { failures } from "../../kernel/errors.ts";

export const fail = failures("settings", {
  changed_meanwhile: ["conflict", "Somebody else changed the settings. Please look at their change first."],
});
