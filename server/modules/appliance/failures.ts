import { failures } from "../../kernel/errors.ts";

export const fail = failures("appliance", {
  set_up_already: ["not_found", "This Muster is set up already. Please sign in."],
  token_wrong: ["forbidden", "This set-up link is not the one shown at the last start of the server."],
  job_not_parked: ["conflict", "Only a parked job can be tried again."],
  job_over: ["conflict", "This job has ended already."],
  job_not_cancellable: ["conflict", "This kind of job cannot be cancelled."],
  plugin_needed: ["conflict", "Muster cannot run without this plugin."],
  same_address: ["invalid", "The address for content must differ from the public one."],
});
