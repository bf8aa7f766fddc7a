/** The one client of the console, with the token against cross-site requests and the types of its answers. */
import { connect } from "../../server/api.ts";

let csrf: string | null = null;
export const setCsrf = (token: string | null): void => { csrf = token; };

export const api = connect({
  origin: "", csrf: () => csrf,
  onFailure: (failure) => {
    // The login ended while a screen was open: sign in and come back here.
    if (failure.status !== 401 || failure.code.startsWith("access.") || location.pathname.startsWith("/console/sign-in")) return;
    location.assign(`/console/sign-in?next=${encodeURIComponent(location.pathname.replace(/^\/console/, "") + location.search)}`);
  },
});

type Answer<F extends (...input: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;
type Row<F extends (...input: never[]) => Promise<{ rows: readonly unknown[] }>> = Answer<F>["rows"][number];
export type Session = Answer<typeof api.access.signIn>;
export type Overview = Answer<typeof api.reports.overview>;
export type PersonRow = Row<typeof api.people.list>;
export type PersonDetail = Answer<typeof api.people.detail>;
export type OrgUnit = Row<typeof api.people.orgUnits>;
export type CourseRow = Row<typeof api.courses.list>;
export type Content = Answer<typeof api.courses.draft>["content"];
export type Finding = Answer<typeof api.courses.findings>["findings"][number];
export type Version = Answer<typeof api.courses.versions>["versions"][number];
export type RequirementRow = Row<typeof api.requirements.list>;
export type Requirement = Answer<typeof api.requirements.get>;
export type Rule = Row<typeof api.requirements.editions>;
export type Sentence = Rule["sentence"];
export type Condition = Rule["audience"];
export type DutyRow = Row<typeof api.obligations.list>;
export type Why = Answer<typeof api.obligations.why>;
export type Rollout = Answer<typeof api.rollouts.get>;
export type RolloutRow = Row<typeof api.rollouts.list>;
export type ProofRow = Row<typeof api.proofs.list>;
export type CertificateRow = Row<typeof api.certificates.list>;
export type CertificateDetail = Answer<typeof api.certificates.get>;
export type FeedRun = Answer<typeof api.directory.run>;
export type FeedRunRow = Row<typeof api.directory.runs>;
export type FeedRowDetail = Row<typeof api.directory.rows>;
export type ExportRun = Row<typeof api.reports.runs>;
export type EntryRow = Row<typeof api.ledger.entries>;
export type EntryDetail = Answer<typeof api.ledger.entry>;
