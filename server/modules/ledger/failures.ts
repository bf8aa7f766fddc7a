import { failures } from "../../kernel/errors.ts";

export const fail = failures("ledger", {
  not_found: ["not_found", "There is no such ledger entry."],
  no_checkpoint: ["not_found", "Nothing has been sealed yet."],
  no_key: ["unavailable", "The ledger's public key is missing on this server."],
  no_such_size: ["invalid", "The ledger never had that size, or the first size is the larger one."],
});
