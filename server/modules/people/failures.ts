import { failures } from "../../kernel/errors.ts";

export const fail = failures("people", {
  not_found: ["not_found", "This person does not exist, or you may not see them."],
  changed_meanwhile: ["conflict", "Somebody else changed this in the meantime. Please look at it again."],
  number_taken: ["conflict", "This employee number belongs to somebody else already."],
  email_taken: ["conflict", "This e-mail address belongs to somebody else already."],
  name_missing: ["invalid", "A given name or a family name is needed."],
  ends_before_start: ["invalid", "The last day lies before the first day."],
  already_ended: ["conflict", "This employment has ended already."],
  still_employed: ["conflict", "This person has an active employment; change or end that one."],
  from_future: ["invalid", "Changes take effect today or on a past day."],
  superior_loop: ["conflict", "That would make the person their own superior, directly or through others."],
  superior_gone: ["invalid", "The superior is not a person of this company any more."],
  org_unit_loop: ["conflict", "An org unit cannot be moved below itself."],
  org_unit_taken: ["conflict", "There is an org unit with this name or code already."],
  org_unit_too_deep: ["invalid", "Org units may be nested 20 levels deep at most."],
  site_taken: ["conflict", "There is a site with this name already."],
});
