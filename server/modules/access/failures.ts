import { failures } from "../../kernel/errors.ts";

export const fail = failures("access", {
  refused: ["unauthenticated", "The name or the password is not right."],
  too_many: ["too_many", "Too many attempts. Please wait before you try again."],
  busy: ["unavailable", "Many people are signing in at this moment. Please try again."],
  account_ended: ["conflict", "This account has ended."],
  account_active: ["conflict", "This account is active already."],
  account_missing: ["not_found", "This person has no account."],
  account_exists: ["conflict", "This person has an account already."],
  name_taken: ["conflict", "Another account uses this sign-in name."],
  name_invalid: ["invalid", "This cannot be a sign-in name."],
  link_unusable: ["not_found", "This link was used, replaced or has expired. Please ask for a new one."],
  password_wrong: ["forbidden", "The current password is not right."],
  password_short: ["invalid", "A password needs at least 15 characters."],
  password_long: ["invalid", "A password may have at most 1,024 bytes."],
  password_guessable: ["invalid", "This password is easy to guess. Please choose another, for instance four unrelated words."],
  last_administrator: ["conflict", "Somebody must remain administrator. Give the role to another person first."],
  above_you: ["forbidden", "This person may do more than you. Please ask an administrator."],
  role_unknown: ["invalid", "There is no such role."],
  role_held: ["conflict", "This person holds the role already."],
  grant_ended: ["conflict", "This grant has ended already."],
  person_missing: ["not_found", "There is no such person."],
});
