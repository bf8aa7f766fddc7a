import { failures } from "../../kernel/errors.ts";

export const fail = failures("audiences", {
  unknown_name: ["invalid", "The audience names something that does not exist."],
});
