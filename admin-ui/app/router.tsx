/** Every address of the console. Screens are loaded when first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { BrokenPage } from "./broken-page.tsx";
import { Frame } from "./frame.tsx";
import { groupsFor } from "./nav.ts";
import { MissingPage } from "./missing-page.tsx";
import { parseSearch, searchText, stringifySearch } from "./search.ts";
import { ensureSession } from "./session.tsx";

const root = createRootRoute({ component: Outlet, notFoundComponent: MissingPage, errorComponent: BrokenPage });
const outside = { getParentRoute: () => root, validateSearch: searchText } as const;
const setup = createRoute({ ...outside, path: "/setup", component: lazyRouteComponent(() => import("../screens/setup/setup.tsx"), "Setup") });
const signIn = createRoute({ ...outside, path: "/sign-in", component: lazyRouteComponent(() => import("../screens/sign-in/sign-in.tsx"), "SignIn") });

const inside = createRoute({
  getParentRoute: () => root, id: "inside", component: Frame,
  beforeLoad: async ({ location }) => {
    const state = await ensureSession();
    if (state === "setup") throw redirect({ to: "/setup" });
    if (state === null) throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
});
const screen = { getParentRoute: () => inside, validateSearch: searchText } as const;

const overview = createRoute({
  ...screen, path: "/",
  // Whoever may not see the figures begins at the first room that is open to them.
  beforeLoad: async () => {
    const state = await ensureSession();
    if (state === null || state === "setup" || state.permissions.some((p) => p.name === "reports.read")) return;
    const first = groupsFor((permission) => state.permissions.some((p) => p.name === permission))[0]?.places[0];
    if (first !== undefined) throw redirect({ to: first.to } as Parameters<typeof redirect>[0]);
  },
  component: lazyRouteComponent(() => import("../screens/overview/overview.tsx"), "OverviewScreen"),
});
const people = createRoute({ ...screen, path: "/people", component: lazyRouteComponent(() => import("../screens/people/people-list.tsx"), "PeopleList") });
const newPerson = createRoute({ ...screen, path: "/people/new", component: lazyRouteComponent(() => import("../screens/people/new-person.tsx"), "NewPerson") });
const person = createRoute({ ...screen, path: "/people/$personId", component: lazyRouteComponent(() => import("../screens/people/person.tsx"), "PersonScreen") });
const orgUnits = createRoute({ ...screen, path: "/org-units", component: lazyRouteComponent(() => import("../screens/org-units/org-units.tsx"), "OrgUnits") });
const imports = createRoute({ ...screen, path: "/imports", component: lazyRouteComponent(() => import("../screens/imports/imports.tsx"), "Imports") });
const importRun = createRoute({ ...screen, path: "/imports/$runId", component: lazyRouteComponent(() => import("../screens/imports/import-run.tsx"), "ImportRun") });
const courses = createRoute({ ...screen, path: "/courses", component: lazyRouteComponent(() => import("../screens/courses/courses-list.tsx"), "CoursesList") });
const course = createRoute({ ...screen, path: "/courses/$courseId", component: lazyRouteComponent(() => import("../screens/courses/course.tsx"), "CourseScreen") });
const editor = createRoute({ ...screen, path: "/courses/$courseId/edit", component: lazyRouteComponent(() => import("../screens/courses/editor/editor.tsx"), "Editor") });
const requirements = createRoute({ ...screen, path: "/requirements", component: lazyRouteComponent(() => import("../screens/requirements/requirements-list.tsx"), "RequirementsList") });
const newRequirement = createRoute({ ...screen, path: "/requirements/new", component: lazyRouteComponent(() => import("../screens/requirements/builder.tsx"), "NewRequirement") });
const requirement = createRoute({ ...screen, path: "/requirements/$requirementId", component: lazyRouteComponent(() => import("../screens/requirements/requirement.tsx"), "RequirementScreen") });
const editRequirement = createRoute({ ...screen, path: "/requirements/$requirementId/edit", component: lazyRouteComponent(() => import("../screens/requirements/builder.tsx"), "EditRequirement") });
const rollouts = createRoute({ ...screen, path: "/rollouts", component: lazyRouteComponent(() => import("../screens/rollouts/rollouts-list.tsx"), "RolloutsList") });
const rollout = createRoute({ ...screen, path: "/rollouts/$rolloutId", component: lazyRouteComponent(() => import("../screens/rollouts/rollout.tsx"), "RolloutScreen") });
const completions = createRoute({ ...screen, path: "/completions", component: lazyRouteComponent(() => import("../screens/completions/completions.tsx"), "Completions") });
const certificates = createRoute({ ...screen, path: "/certificates", component: lazyRouteComponent(() => import("../screens/certificates/certificates-list.tsx"), "CertificatesList") });
const certificate = createRoute({ ...screen, path: "/certificates/$certificateId", component: lazyRouteComponent(() => import("../screens/certificates/certificate.tsx"), "CertificateScreen") });
const ledger = createRoute({ ...screen, path: "/ledger", component: lazyRouteComponent(() => import("../screens/ledger/ledger.tsx"), "LedgerScreen") });
const ledgerEntry = createRoute({ ...screen, path: "/ledger/$seq", component: lazyRouteComponent(() => import("../screens/ledger/entry.tsx"), "EntryScreen") });
const exports_ = createRoute({ ...screen, path: "/exports", component: lazyRouteComponent(() => import("../screens/exports/exports.tsx"), "Exports") });
const jobs = createRoute({ ...screen, path: "/jobs", component: lazyRouteComponent(() => import("../screens/jobs/jobs.tsx"), "Jobs") });
const plugins = createRoute({ ...screen, path: "/plugins", component: lazyRouteComponent(() => import("../screens/plugins/plugins.tsx"), "Plugins") });
const settings = createRoute({ ...screen, path: "/settings", component: lazyRouteComponent(() => import("../screens/settings/settings.tsx"), "SettingsScreen") });
const roles = createRoute({ ...screen, path: "/roles", component: lazyRouteComponent(() => import("../screens/roles/roles.tsx"), "Roles") });
const health = createRoute({ ...screen, path: "/health", component: lazyRouteComponent(() => import("../screens/health/health.tsx"), "Health") });

const tree = root.addChildren([setup, signIn, inside.addChildren([
  overview, people, newPerson, person, orgUnits, imports, importRun, courses, course, editor, requirements, newRequirement, requirement, editRequirement,
  rollouts, rollout, completions, certificates, certificate, ledger, ledgerEntry, exports_, jobs, plugins, settings, roles, health,
])]);

export const router = createRouter({ routeTree: tree, basepath: "/console", defaultPreload: "intent", scrollRestoration: true, parseSearch, stringifySearch, defaultErrorComponent: BrokenPage });

declare module "@tanstack/react-router" {
  interface Register { router: typeof router }
}
