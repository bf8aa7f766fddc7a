import { code, count, day, id, instant, optional, ref, table, text, type RowOf } from "../../../kernel/db/columns.ts";

export const people = table("people", {
  id: id(), tenantId: ref(), displayName: text(), sortName: text(), searchText: text(), email: optional(text()), language: optional(text()),
  state: code("active", "erased"), createdAt: instant(), rowVersion: count(),
});
export const employments = table("employments", {
  id: id(), tenantId: ref(), personId: ref(), employer: text(), employeeNumber: optional(text()), startedOn: optional(day()), endedOn: optional(day()),
  orgUnitId: optional(ref()), siteId: optional(ref()), position: optional(text()), workerType: optional(text()), state: code("active", "ended"), createdAt: instant(), rowVersion: count(),
});
export const facts = table("facts", {
  id: id(), tenantId: ref(), personId: ref(), employmentId: optional(ref()), attribute: text(), value: optional(text()),
  validFrom: day(), validTo: optional(day()), recordedAt: instant(), supersededAt: optional(instant()), source: text(), sourceId: optional(text()),
});
export const superiors = table("superiors", {
  id: id(), tenantId: ref(), employmentId: ref(), superiorId: ref(), line: code("solid", "dotted"),
  validFrom: day(), validTo: optional(day()), recordedAt: instant(), supersededAt: optional(instant()), source: text(), sourceId: optional(text()),
});
export const personNames = table("person_names", {
  id: id(), tenantId: ref(), personId: ref(), given: text(), family: text(), display: text(), validFrom: day(), validTo: optional(day()), recordedAt: instant(), supersededAt: optional(instant()),
});
export const orgUnits = table("org_units", { id: id(), tenantId: ref(), code: text(), name: text(), parentId: optional(ref()), path: text(), createdAt: instant(), closedOn: optional(day()) });
export const sites = table("sites", { id: id(), tenantId: ref(), name: text(), zone: text(), country: optional(text()), createdAt: instant() });

export type PersonRecord = RowOf<typeof people.columns>;
export type EmploymentRecord = RowOf<typeof employments.columns>;
export type OrgUnitRecord = RowOf<typeof orgUnits.columns>;
export type SiteRecord = RowOf<typeof sites.columns>;
