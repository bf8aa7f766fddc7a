import { z } from "zod";
import { Day, endpoint, FileOutput, Id, Instant, Label, Language, Nothing, Page, PageQuery, Text } from "../../kernel/contract.ts";

const RoleCode = z.enum(["administrator", "hr", "author", "manager", "auditor", "learner"]);
const Scope = z.enum(["tenant", "reports", "self"]);
const Reason = Label(500);
const Password = Text(1_024, 1);
/** A secret as text; its shape is checked by the operation, which answers alike for wrong, used and expired. */
const Token = Text(100, 1);

export const SessionView = z.strictObject({
  person: z.strictObject({ id: Id, name: z.string() }),
  signInName: z.string(), roles: z.array(RoleCode), permissions: z.array(z.strictObject({ name: z.string(), scope: Scope })),
  /** For the header `X-Muster-Csrf` of every change. */
  csrf: z.string(),
  tenant: z.strictObject({ name: z.string() }), zone: z.string(), language: z.string(), expiresAt: Instant,
});
export type SessionView = z.output<typeof SessionView>;

export const LoginRow = z.strictObject({ id: Id, isCurrent: z.boolean(), peer: z.string(), agent: z.string(), createdAt: Instant, seenAt: Instant, expiresAt: Instant });
export type LoginRow = z.output<typeof LoginRow>;
const AccountState = z.enum(["active", "ended"]);

export const AccountRow = z.strictObject({
  id: Id, personId: Id, personName: z.string(), signInName: z.string(), state: AccountState, hasPassword: z.boolean(), startLinkUntil: Instant.nullable(),
  lastSignedInAt: Instant.nullable(), roles: z.array(RoleCode),
});
export type AccountRow = z.output<typeof AccountRow>;

export const GrantRow = z.strictObject({
  id: Id, personId: Id, personName: z.string(), role: RoleCode, scope: Scope, validFrom: Day, validTo: Day.nullable(), recordedAt: Instant, endedAt: Instant.nullable(), reason: z.string().nullable(), grantedBy: z.string(),
});
export type GrantRow = z.output<typeof GrantRow>;

export const AccountDetail = z.strictObject({
  account: AccountRow.extend({ createdAt: Instant, endedAt: Instant.nullable(), passwordSince: Instant.nullable() }).nullable(),
  grants: z.array(GrantRow), logins: z.array(LoginRow.omit({ isCurrent: true })),
});
export type AccountDetail = z.output<typeof AccountDetail>;

/** `path` is appended to the public address; the secret stands after `#`, so it reaches no log and no Referer. */
const StartLink = z.strictObject({ token: z.string(), path: z.string(), expiresAt: Instant, signInName: z.string() });
const onAccount = { accountId: "account" } as const;
const withReason = z.strictObject({ accountId: Id, reason: Reason });
const Saved = z.strictObject({ id: Id, state: AccountState, signInName: z.string() });

export const access = {
  session: endpoint({
    method: "GET", path: "/api/access/session", permission: "public", summary: "Who is signed in here, with rights and the token for changes; null when nobody is",
    input: Nothing, output: z.strictObject({ session: SessionView.nullable() }),
  }),
  signIn: endpoint({
    method: "POST", path: "/api/access/sign-in", permission: "public", audit: "access.signed_in", shownOnce: true, summary: "Sign in with e-mail address or employee number and password",
    input: z.strictObject({ name: Text(254, 1), password: Password }), output: SessionView,
  }),
  signOut: endpoint({
    method: "POST", path: "/api/access/sign-out", permission: "public", audit: { none: "written when there is a login to end; a second sign-out changes nothing" }, summary: "End the login of this browser",
    input: Nothing, output: Nothing,
  }),
  chooseLanguage: endpoint({
    method: "PUT", path: "/api/access/session/language", permission: "self", audit: "people.changed", summary: "Choose one's own language; null follows the organisation",
    input: z.strictObject({ language: Language.nullable() }), output: z.strictObject({ language: z.string() }),
  }),
  changePassword: endpoint({
    method: "PUT", path: "/api/access/session/password", permission: "self", audit: "access.password_set", shownOnce: true, summary: "Change one's own password; all other logins end",
    input: z.strictObject({ current: Password, password: Password }), output: SessionView,
  }),
  ownLogins: endpoint({
    method: "GET", path: "/api/access/session/logins", permission: "self", summary: "Where one is signed in", input: Nothing, output: z.strictObject({ rows: z.array(LoginRow) }),
  }),
  endOwnLogin: endpoint({
    method: "POST", path: "/api/access/session/logins/:loginId/end", permission: "self", ids: { loginId: "login" }, audit: "access.login_revoked", summary: "Sign out one other device",
    input: z.strictObject({ loginId: Id }), output: Nothing,
  }),
  endOtherLogins: endpoint({
    method: "POST", path: "/api/access/session/logins/end-others", permission: "self", audit: "access.login_revoked", summary: "Sign out all other devices", input: Nothing, output: z.strictObject({ ended: z.int() }),
  }),
  readStartLink: endpoint({
    method: "POST", path: "/api/access/start-links/read", permission: "public", audit: { none: "reads only; POST keeps the secret out of addresses and logs" }, summary: "Whose start link is this, and can it still be used?",
    input: z.strictObject({ token: Token }), output: z.strictObject({ personName: z.string(), signInName: z.string(), expiresAt: Instant, hasPassword: z.boolean() }),
  }),
  redeemStartLink: endpoint({
    method: "POST", path: "/api/access/start-links/redeem", permission: "public", audit: "access.password_set", shownOnce: true, summary: "Choose a password by a start link and sign in; the link works once",
    input: z.strictObject({ token: Token, password: Password }), output: SessionView,
  }),

  accounts: endpoint({
    method: "GET", path: "/api/access/accounts", permission: "access.read", summary: "Who may sign in",
    input: z.strictObject({ ...PageQuery, state: z.enum(["active", "ended", "all"]).optional(), password: z.enum(["with", "without"]).optional(), role: RoleCode.optional(), sort: z.enum(["name", "-lastSignedIn"]).optional() }),
    output: Page(AccountRow),
  }),
  accountOf: endpoint({
    method: "GET", path: "/api/access/people/:personId/account", permission: "access.read", ids: { personId: "person" }, summary: "Account, roles and logins of a person",
    input: z.strictObject({ personId: Id }), output: AccountDetail,
  }),
  openAccount: endpoint({
    method: "POST", path: "/api/access/people/:personId/account", permission: "accounts.write", ids: { personId: "person" }, audit: "access.account_opened", summary: "Let a person sign in",
    input: z.strictObject({ personId: Id, signInName: Text(254, 1) }), output: Saved,
  }),
  renameAccount: endpoint({
    method: "PUT", path: "/api/access/accounts/:accountId/sign-in-name", permission: "accounts.write", ids: onAccount, audit: "access.account_renamed", summary: "Change the sign-in name; open start links end",
    input: z.strictObject({ accountId: Id, signInName: Text(254, 1), reason: Reason.optional() }), output: Saved,
  }),
  createStartLink: endpoint({
    method: "POST", path: "/api/access/accounts/:accountId/start-link", permission: "accounts.write", ids: onAccount, audit: "access.start_link_created", shownOnce: true,
    summary: "A link to choose a (new) password; shown once, works once, for 7 days; earlier ones end", input: z.strictObject({ accountId: Id }), output: StartLink,
  }),
  createStartLinks: endpoint({
    method: "POST", path: "/api/access/start-links", permission: "accounts.write", audit: "access.start_links_created", shownOnce: true, download: true,
    summary: "Start links as CSV for up to 10,000 active accounts without a password and without a usable link; `again` renews links too, the oldest first. Repeat until the file is empty",
    input: z.strictObject({ again: z.boolean().optional() }), output: FileOutput,
  }),
  endAccount: endpoint({
    method: "POST", path: "/api/access/accounts/:accountId/end", permission: "accounts.write", ids: onAccount, audit: "access.account_ended", summary: "End the right to sign in; all logins and links end at once",
    input: withReason, output: Saved,
  }),
  resumeAccount: endpoint({
    method: "POST", path: "/api/access/accounts/:accountId/resume", permission: "accounts.write", ids: onAccount, audit: "access.account_resumed", summary: "Let a person sign in again", input: withReason, output: Saved,
  }),
  endLogins: endpoint({
    method: "POST", path: "/api/access/accounts/:accountId/sign-out", permission: "accounts.write", ids: onAccount, audit: "access.login_revoked", summary: "Sign a person out everywhere",
    input: withReason, output: z.strictObject({ ended: z.int() }),
  }),

  roles: endpoint({
    method: "GET", path: "/api/access/roles", permission: "access.read", summary: "Who may do what: every role with its permissions and number of holders", input: Nothing,
    output: z.strictObject({ permissions: z.array(z.string()), rows: z.array(z.strictObject({ role: RoleCode, scope: Scope, permissions: z.array(z.string()), holders: z.int() })) }),
  }),
  grants: endpoint({
    method: "GET", path: "/api/access/grants", permission: "access.read", summary: "Who holds which role",
    input: z.strictObject({ ...PageQuery, role: RoleCode.optional(), state: z.enum(["active", "ended", "all"]).optional() }), output: Page(GrantRow),
  }),
  grantRole: endpoint({
    method: "POST", path: "/api/access/grants", permission: "access.write", ids: { personId: "person" }, audit: "access.role_granted", summary: "Give a person a role",
    input: z.strictObject({ personId: Id, role: RoleCode, validTo: Day.nullable().optional(), reason: Reason }), output: z.strictObject({ id: Id }),
  }),
  endGrant: endpoint({
    method: "POST", path: "/api/access/grants/:grantId/end", permission: "access.write", ids: { grantId: "grant" }, audit: "access.grant_ended", summary: "Take a role back; somebody must remain administrator",
    input: z.strictObject({ grantId: Id, reason: Reason }), output: z.strictObject({ id: Id }),
  }),
};
