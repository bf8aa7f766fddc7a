/** The rooms of the console, who sees them, and how they are called. */
import { IconBook2, IconChecklist, IconFileCertificate, IconLayoutDashboard, IconRocket, IconSettings, IconUsers, type Icon } from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { PlainKey } from "./i18n.tsx";

export interface Place { readonly to: NonNullable<LinkProps["to"]>; readonly label: PlainKey; readonly needs: string }
export interface Group { readonly id: string; readonly label: PlainKey; readonly icon: Icon; readonly places: readonly Place[] }

export const groups: readonly Group[] = [
  { id: "overview", label: "nav.overview", icon: IconLayoutDashboard, places: [{ to: "/", label: "nav.overview", needs: "reports.read" }] },
  { id: "people", label: "nav.people", icon: IconUsers, places: [
    { to: "/people", label: "nav.people_list", needs: "people.read" }, { to: "/org-units", label: "nav.org_units", needs: "people.read" }, { to: "/imports", label: "nav.imports", needs: "directory.read" },
  ] },
  { id: "courses", label: "nav.courses", icon: IconBook2, places: [{ to: "/courses", label: "nav.courses", needs: "courses.read" }] },
  { id: "requirements", label: "nav.requirements", icon: IconChecklist, places: [{ to: "/requirements", label: "nav.requirements", needs: "requirements.read" }] },
  { id: "rollouts", label: "nav.rollouts", icon: IconRocket, places: [{ to: "/rollouts", label: "nav.rollouts", needs: "rollouts.read" }] },
  { id: "evidence", label: "nav.evidence", icon: IconFileCertificate, places: [
    { to: "/completions", label: "nav.completions", needs: "obligations.read" }, { to: "/certificates", label: "nav.certificates", needs: "certificates.read" },
    { to: "/ledger", label: "nav.ledger", needs: "ledger.read" }, { to: "/exports", label: "nav.exports", needs: "reports.read" },
  ] },
  { id: "system", label: "nav.system", icon: IconSettings, places: [
    { to: "/health", label: "nav.health", needs: "appliance.read" }, { to: "/jobs", label: "nav.jobs", needs: "appliance.read" }, { to: "/roles", label: "nav.roles", needs: "access.read" },
    { to: "/plugins", label: "nav.plugins", needs: "appliance.read" }, { to: "/settings", label: "nav.settings", needs: "settings.read" },
  ] },
];

/** Groups with only the places this person may open. */
export const groupsFor = (can: (permission: string) => boolean): readonly Group[] =>
  groups.map((g) => ({ ...g, places: g.places.filter((p) => can(p.needs)) })).filter((g) => g.places.length > 0);
