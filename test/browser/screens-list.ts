/** Every screen of both interfaces. A screen that is not here does not exist. */
export interface Screen {
  readonly id: string;
  /** Address; `{person}` and the like are filled with ids of the demo company. */
  readonly path: string;
  /** Role whose demo person opens it; null: nobody is signed in. */
  readonly as: "administrator" | "hr" | "author" | "auditor" | "learner" | "holder" | null;
  /** Pressed before the picture is taken. */
  readonly press?: readonly string[];
  /** Clicked before the picture is taken (CSS). */
  readonly click?: string;
}

const hr = (id: string, path: string, more: Partial<Screen> = {}): Screen => ({ id: `console-${id}`, path: `/console${path}`, as: "administrator", ...more });

export const screens: readonly Screen[] = [
  hr("sign-in", "/sign-in", { as: null }),
  hr("overview", "/"), hr("overview-author", "/", { as: "author" }), hr("palette", "/", { press: ["Control+k"] }),
  hr("people", "/people"), hr("people-none", "/people?search=zzzzzz"), hr("person", "/people/{person}"), hr("person-duties", "/people/{person}?tab=duties"), hr("person-certificates", "/people/{certified}?tab=certificates"),
  hr("person-history", "/people/{person}?tab=facts"), hr("person-access", "/people/{person}?tab=access"), hr("person-new", "/people/new"), hr("org-units", "/org-units"), hr("imports", "/imports"), hr("import-mapping", "/imports/{read}"), hr("import-rows", "/imports/{planned}"),
  hr("courses", "/courses"), hr("course-new", "/courses?new=1"), hr("course", "/courses/{course}"), hr("course-versions", "/courses/{course}?tab=versions"), hr("course-used", "/courses/{course}?tab=used"), hr("course-files", "/courses/{course}?tab=files"),
  hr("editor", "/courses/{course}/edit", { as: "author" }), hr("editor-document", "/courses/{course}/edit", { as: "author", click: "nav ol li:nth-child(2) button" }), hr("editor-quiz", "/courses/{course}/edit", { as: "author", click: "nav[class*=outline] ol li:last-child button" }),
  hr("requirements", "/requirements"), hr("requirement", "/requirements/{requirement}"), hr("requirement-people", "/requirements/{requirement}?tab=people"), hr("requirement-editions", "/requirements/{requirement}?tab=editions"), hr("requirement-new", "/requirements/new"), hr("requirement-edit", "/requirements/{requirement}/edit"),
  hr("rollouts", "/rollouts"), hr("rollout", "/rollouts/{rollout}"),
  hr("completions", "/completions"), hr("duties", "/completions?view=duties"), hr("certificates", "/certificates"), hr("certificate", "/certificates/{certificate}"),
  hr("ledger", "/ledger"), hr("ledger-entry", "/ledger/{entry}"), hr("exports", "/exports"), hr("export-new", "/exports?new=1"),
  hr("jobs", "/jobs"), hr("plugins", "/plugins"), hr("settings", "/settings"), hr("roles", "/roles"), hr("roles-grants", "/roles?tab=grants"), hr("roles-matrix", "/roles?tab=matrix"), hr("health", "/health"),
  hr("refused", "/ledger", { as: "author" }), hr("missing", "/people/nobody"), hr("nowhere", "/nowhere"),
  { id: "portal-sign-in", path: "/sign-in", as: null }, { id: "portal-training", path: "/", as: "learner" }, { id: "portal-course", path: "/courses/{owed}", as: "learner" }, { id: "portal-learn", path: "/learn/{attempt}", as: "learner" },
  { id: "portal-record", path: "/record", as: "learner" }, { id: "portal-certificate", path: "/certificates/{own}", as: "holder" }, { id: "portal-settings", path: "/settings", as: "learner" },
  { id: "verify", path: "/verify/{code}", as: null },
];
