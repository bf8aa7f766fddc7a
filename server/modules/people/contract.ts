import { z } from "zod";
import { Day, endpoint, FileOutput, Id, Instant, Label, Language, Nothing, Page, PageQuery, QueryCount, Text, Zone } from "../../kernel/contract.ts";

export const Email = z.string().trim().max(254).regex(/^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[^\s@.]{2,}$/, "is not an e-mail address")
  .refine((s) => s.isWellFormed() && !s.includes("\0"), "contains characters that cannot be stored").transform((s) => s.toLowerCase());
/** A name is shown, printed on certificates and exported: one line, and nothing a spreadsheet would take for a formula. */
const Name = Text(120).transform((s) => s.normalize("NFC").replace(/\s+/g, " ").trim()).refine((s) => !/^[=+\-@]/.test(s), "looks like a spreadsheet formula")
  .refine((s) => !/[\u0000-\u001f\u007f\u2028\u2029]/.test(s), "must be one line");
const Number = Label(60);
const Reason = Text(1_000);
export const EmploymentState = z.enum(["active", "ended"]);
const Link = z.strictObject({ id: Id, name: z.string() });
const SiteLink = z.strictObject({ id: Id, name: z.string(), zone: z.string() });

export const PersonRow = z.strictObject({
  id: Id, name: z.string(), email: z.string().nullable(), employeeNumber: z.string().nullable(), position: z.string().nullable(), workerType: z.string().nullable(),
  orgUnit: Link.nullable(), site: SiteLink.nullable(), superior: Link.nullable(), startedOn: Day.nullable(), endedOn: Day.nullable(),
  /** `none`: known, but without an employment. */
  state: z.enum(["active", "ended", "none"]),
});
export type PersonRow = z.output<typeof PersonRow>;

const Employment = z.strictObject({
  id: Id, employeeNumber: z.string().nullable(), startedOn: Day.nullable(), endedOn: Day.nullable(), orgUnit: Link.nullable(), orgPath: z.string().nullable(),
  site: SiteLink.nullable(), position: z.string().nullable(), workerType: z.string().nullable(), state: EmploymentState, superior: Link.nullable(), version: z.int(),
});
export const PersonDetail = z.strictObject({
  id: Id, name: z.string(), givenName: z.string(), familyName: z.string(), email: z.string().nullable(), language: z.string().nullable(), createdAt: Instant, version: z.int(),
  zone: z.string(), state: z.enum(["active", "ended", "none"]), employments: z.array(Employment),
  names: z.array(z.strictObject({ given: z.string(), family: z.string(), display: z.string(), validFrom: Day, validTo: Day.nullable() })),
  /** From the direct superior upwards. */
  superiors: z.array(Link),
  reports: z.array(z.strictObject({ id: Id, name: z.string(), position: z.string().nullable() })), reportCount: z.int(), reportCountAll: z.int(),
});
export const Fact = z.strictObject({
  id: Id, attribute: z.string(), value: z.string().nullable(), /** Name behind an id: org unit, site, superior. */ label: z.string().nullable(), employmentId: Id.nullable(),
  validFrom: Day, /** First day on which it no longer holds. */ validTo: Day.nullable(), recordedAt: Instant, supersededAt: Instant.nullable(), source: z.string(), sourceId: z.string().nullable(),
});

const filters = {
  search: Text(200).optional(), orgUnitId: Id.optional(), siteId: Id.optional(), position: Text(200).optional(), workerType: Text(200).optional(),
  state: z.enum(["active", "ended", "all"]).optional(), withoutSuperior: z.enum(["true"]).optional(),
  sort: z.enum(["name", "-name", "number", "-number", "started", "-started"]).optional(),
};
export type PeopleFilter = z.output<ReturnType<typeof z.strictObject<typeof filters>>>;

const employmentFields = {
  employeeNumber: Number.nullable().optional(), startedOn: Day.nullable().optional(), endedOn: Day.nullable().optional(), orgUnitId: Id.nullable().optional(), siteId: Id.nullable().optional(),
  position: Label().nullable().optional(), workerType: Label().nullable().optional(),
};
const Saved = z.strictObject({ id: Id, version: z.int() });
const onPerson = { personId: "person" } as const;
const onEmployment = { personId: "person", employmentId: "employment" } as const;

export const OrgUnit = z.strictObject({
  id: Id, parentId: Id.nullable(), name: z.string(), code: z.string(), /** Names from the top, "IT/Betrieb". */ path: z.string(), depth: z.int(),
  /** Active people in it, and in it or below. */ people: z.int(), peopleBelow: z.int(),
});
export const Site = z.strictObject({ id: Id, name: z.string(), zone: z.string(), country: z.string().nullable(), people: z.int() });
const Facet = z.array(z.strictObject({ value: z.string(), people: z.int() }));
const Country = z.string().regex(/^[A-Z]{2}$/, "is a two-letter country code");

export const people = {
  list: endpoint({
    method: "GET", path: "/api/people", permission: "people.read", ids: { orgUnitId: "orgUnit", siteId: "site" }, summary: "People one may see, filtered and sorted",
    input: z.strictObject({ ...PageQuery, ...filters }), output: Page(PersonRow),
  }),
  exportList: endpoint({
    method: "GET", path: "/api/people-export", permission: "people.read", ids: { orgUnitId: "orgUnit", siteId: "site" }, download: true, audit: "people.exported",
    summary: "The filtered list as CSV (UTF-8 with BOM, safe for spreadsheets)", input: z.strictObject(filters), output: FileOutput,
  }),
  facets: endpoint({
    method: "GET", path: "/api/people-facets", permission: "people.read", summary: "Values to filter by, with how many active people have them",
    input: Nothing, output: z.strictObject({ positions: Facet, workerTypes: Facet, active: z.int(), ended: z.int(), withoutSuperior: z.int() }),
  }),
  detail: endpoint({
    method: "GET", path: "/api/people/:personId", permission: "people.read", ids: onPerson, summary: "One person with employments, names and line",
    input: z.strictObject({ personId: Id }), output: PersonDetail,
  }),
  facts: endpoint({
    method: "GET", path: "/api/people/:personId/facts", permission: "people.read", ids: onPerson, summary: "Every value ever recorded, newest first",
    input: z.strictObject({ personId: Id, page: QueryCount(1, 10_000).optional(), size: QueryCount(1, 200).optional(), attribute: Text(100).optional() }), output: Page(Fact),
  }),
  record: endpoint({
    method: "POST", path: "/api/people", permission: "people.write", ids: { orgUnitId: "orgUnit", siteId: "site", superiorId: "person" }, audit: "people.recorded", summary: "Record a person by hand",
    input: z.strictObject({
      givenName: Name, familyName: Name, displayName: Name.optional(), email: Email.nullable().optional(), language: Language.nullable().optional(), ...employmentFields, superiorId: Id.nullable().optional(),
    }), output: Saved,
  }),
  change: endpoint({
    method: "PATCH", path: "/api/people/:personId", permission: "people.write", ids: onPerson, audit: "people.changed", summary: "Change name, e-mail address or language",
    input: z.strictObject({
      personId: Id, version: z.int(), givenName: Name.optional(), familyName: Name.optional(), displayName: Name.optional(), email: Email.nullable().optional(), language: Language.nullable().optional(),
      from: Day.optional(), reason: Reason.optional(),
    }), output: Saved,
  }),
  startEmployment: endpoint({
    method: "POST", path: "/api/people/:personId/employments", permission: "people.write", ids: { ...onPerson, orgUnitId: "orgUnit", siteId: "site" }, audit: "people.employment_started",
    summary: "Start a (new) employment of a person without an active one", input: z.strictObject({ personId: Id, ...employmentFields, reason: Reason.optional() }), output: Saved,
  }),
  changeEmployment: endpoint({
    method: "PATCH", path: "/api/people/:personId/employments/:employmentId", permission: "people.write", ids: { ...onEmployment, orgUnitId: "orgUnit", siteId: "site" }, audit: "people.changed",
    summary: "Move, rename the position, correct a date", input: z.strictObject({ personId: Id, employmentId: Id, version: z.int(), ...employmentFields, from: Day.optional(), reason: Reason.optional() }), output: Saved,
  }),
  endEmployment: endpoint({
    method: "POST", path: "/api/people/:personId/employments/:employmentId/end", permission: "people.write", ids: onEmployment, audit: "people.employment_ended", summary: "Set the last day of an employment",
    input: z.strictObject({ personId: Id, employmentId: Id, endedOn: Day, reason: Reason.optional() }), output: Saved,
  }),
  setSuperior: endpoint({
    method: "PUT", path: "/api/people/:personId/employments/:employmentId/superior", permission: "people.write", ids: { ...onEmployment, superiorId: "person" }, audit: "people.superior_set",
    summary: "Set or remove the superior", input: z.strictObject({ personId: Id, employmentId: Id, superiorId: Id.nullable(), from: Day.optional(), reason: Reason.optional() }), output: Saved,
  }),
  orgUnits: endpoint({ method: "GET", path: "/api/org-units", permission: "people.read", summary: "The org tree in order, with counts of people one may see", input: Nothing, output: z.strictObject({ rows: z.array(OrgUnit) }) }),
  createOrgUnit: endpoint({
    method: "POST", path: "/api/org-units", permission: "people.write", ids: { parentId: "orgUnit" }, audit: "people.org_unit_created", summary: "Add an org unit",
    input: z.strictObject({ name: Label(120), parentId: Id.nullable().optional(), code: Label(300).optional() }), output: z.strictObject({ id: Id }),
  }),
  renameOrgUnit: endpoint({
    method: "PATCH", path: "/api/org-units/:orgUnitId", permission: "people.write", ids: { orgUnitId: "orgUnit" }, audit: "people.org_unit_renamed", summary: "Rename an org unit",
    input: z.strictObject({ orgUnitId: Id, name: Label(120) }), output: z.strictObject({ id: Id }),
  }),
  moveOrgUnit: endpoint({
    method: "PUT", path: "/api/org-units/:orgUnitId/parent", permission: "people.write", ids: { orgUnitId: "orgUnit", parentId: "orgUnit" }, audit: "people.org_unit_moved",
    summary: "Move an org unit with everything below it", input: z.strictObject({ orgUnitId: Id, parentId: Id.nullable() }), output: z.strictObject({ id: Id }),
  }),
  sites: endpoint({ method: "GET", path: "/api/sites", permission: "people.read", summary: "Places of work", input: Nothing, output: z.strictObject({ rows: z.array(Site) }) }),
  createSite: endpoint({
    method: "POST", path: "/api/sites", permission: "people.write", audit: "people.site_created", summary: "Add a place of work",
    input: z.strictObject({ name: Label(120), zone: Zone, country: Country.nullable().optional() }), output: z.strictObject({ id: Id }),
  }),
  changeSite: endpoint({
    method: "PATCH", path: "/api/sites/:siteId", permission: "people.write", ids: { siteId: "site" }, audit: "people.site_changed", summary: "Rename a site or correct its zone",
    input: z.strictObject({ siteId: Id, name: Label(120).optional(), zone: Zone.optional(), country: Country.nullable().optional() }), output: z.strictObject({ id: Id }),
  }),
};
