/**
 * Every screen of both interfaces, by the routers' own addresses: the tests of access and languages and the pictures of
 * `npm run screens` walk this list. Screens that are not on it do not exist; a test compares it with the routers.
 */
import { readFileSync } from "node:fs";
import type { Face } from "./words.ts";

export interface Screen {
  readonly id: string;
  readonly face: Face;
  /** The router's pattern this is a screen of. */
  readonly route: string;
  readonly path: string;
  /** Whose screen: somebody of the staff, somebody in the middle of a course, somebody who has a certificate, or nobody signed in. */
  readonly as: "administrator" | "learner" | "holder" | "nobody";
}

type Ask = (method: string, path: string, body?: unknown) => Promise<{ readonly status: number; readonly body: unknown }>;

/** One of each thing the screens are about. */
export interface Ids {
  readonly personId: string; readonly courseId: string; readonly requirementId: string; readonly rolloutId: string; readonly certificateId: string; readonly entryId: string; readonly runId: string;
  readonly attemptId: string; readonly doneAttemptId: string; readonly ownCertificateId: string;
  /** Sign-in name of somebody with a certificate. */
  readonly holder: string;
}

interface Row { readonly id: string; readonly personId: string; readonly email: string }

/** Asks the product, as an administrator, and as the two learners of the list. Lea's course is brought as far as its quiz. */
export async function idsFor(as: (who: "administrator" | "learner" | { readonly name: string }) => Promise<Ask>): Promise<Ids> {
  const staff = await as("administrator");
  const first = async (path: string): Promise<Row | undefined> => {
    const answer = await staff("GET", path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    return (answer.body as { rows: readonly Row[] }).rows[0];
  };
  const id = async (path: string): Promise<string> => (await first(path))?.id ?? "none";
  const courseId = await id("/api/courses?search=FIRE");
  const certificate = await first(`/api/certificates?courseId=${courseId}`);
  const holder = ((await staff("GET", `/api/people/${certificate?.personId ?? ""}`)).body as Row).email;

  const lea = await as("learner");
  const attemptId = ((await lea("GET", `/api/attempts/courses/${courseId}`)).body as { attempt: { id: string } }).attempt.id;
  const unit = `/api/attempts/${attemptId}/units/fire0003`;
  const { attestSha256 } = (await lea("GET", unit)).body as { attestSha256: string | null };
  await lea("POST", `${unit}/attest`, { sha256: attestSha256, isConfirmed: true });

  const owner = await as({ name: holder });
  const own = (await owner("GET", "/api/certificates/mine")).body as { rows: readonly Row[] };
  const done = (await owner("GET", `/api/attempts/courses/${courseId}`)).body as { attempt: { id: string } | null };
  return {
    personId: await id("/api/people?search=Hoffmann"), courseId, requirementId: await id("/api/requirements"), rolloutId: await id("/api/rollouts"), certificateId: certificate?.id ?? "none",
    entryId: await id("/api/ledger/entries"), runId: await id("/api/directory/runs"), attemptId, holder, ownCertificateId: own.rows[0]?.id ?? "none", doneAttemptId: done.attempt?.id ?? "none",
  };
}

const consoleScreens = (x: Ids): readonly (readonly [id: string, route: string, path?: string])[] => [
  ["sign-in", "/sign-in"], ["overview", "/"],
  ["people", "/people"], ["person-new", "/people/new"], ["person", "/people/$personId", `/people/${x.personId}`],
  ...["duties", "certificates", "facts", "access"].map((tab) => [`person-${tab}`, "/people/$personId", `/people/${x.personId}?tab=${tab}`] as const),
  ["people-nothing", "/people", "/people?search=nobody-has-this-name"], ["person-unknown", "/people/$personId", "/people/00000000-0000-7000-8000-000000000000"],
  ["org-units", "/org-units"], ["imports", "/imports"], ["import", "/imports/$runId", `/imports/${x.runId}`],
  ["courses", "/courses"], ["course-new", "/courses", "/courses?new=1"], ["course", "/courses/$courseId", `/courses/${x.courseId}`],
  ...["versions", "used", "files"].map((tab) => [`course-${tab}`, "/courses/$courseId", `/courses/${x.courseId}?tab=${tab}`] as const),
  ["course-edit", "/courses/$courseId/edit", `/courses/${x.courseId}/edit`],
  ["requirements", "/requirements"], ["requirement-new", "/requirements/new"], ["requirement", "/requirements/$requirementId", `/requirements/${x.requirementId}`],
  ["requirement-people", "/requirements/$requirementId", `/requirements/${x.requirementId}?tab=people`], ["requirement-editions", "/requirements/$requirementId", `/requirements/${x.requirementId}?tab=editions`],
  ["requirement-edit", "/requirements/$requirementId/edit", `/requirements/${x.requirementId}/edit`],
  ["rollouts", "/rollouts"], ["rollout", "/rollouts/$rolloutId", `/rollouts/${x.rolloutId}`],
  ["completions", "/completions"], ["duties", "/completions", "/completions?view=duties"],
  ["certificates", "/certificates"], ["certificate", "/certificates/$certificateId", `/certificates/${x.certificateId}`],
  ["ledger", "/ledger"], ["ledger-entry", "/ledger/$seq", `/ledger/${x.entryId}`], ["exports", "/exports"], ["export-new", "/exports", "/exports?new=1"],
  ["jobs", "/jobs"], ["plugins", "/plugins"], ["settings", "/settings"], ["roles", "/roles"], ["roles-grants", "/roles", "/roles?tab=grants"], ["roles-matrix", "/roles", "/roles?tab=matrix"], ["health", "/health"],
  ["setup", "/setup"], ["missing", "/nothing-here"],
];

const portalScreens = (x: Ids): readonly (readonly [id: string, as: Screen["as"], route: string, path?: string])[] => [
  ["sign-in", "nobody", "/sign-in"], ["start-broken", "nobody", "/start", "/start#0000"], ["training", "learner", "/"], ["course", "learner", "/courses/:courseId", `/courses/${x.courseId}`],
  ["lesson", "learner", "/learn/:attemptId/:unitId", `/learn/${x.attemptId}/fire0001`], ["document", "learner", "/learn/:attemptId/:unitId", `/learn/${x.attemptId}/fire0003`],
  ["quiz-rules", "learner", "/learn/:attemptId/:unitId", `/learn/${x.attemptId}/fire0004`], ["resume", "learner", "/learn/:attemptId", `/learn/${x.attemptId}`],
  ["training-done", "holder", "/"], ["done", "holder", "/done/:attemptId", `/done/${x.doneAttemptId}`], ["record", "holder", "/record"], ["certificate", "holder", "/certificates/:certificateId", `/certificates/${x.ownCertificateId}`],
  ["settings", "learner", "/settings"], ["missing", "learner", "/nothing-here"],
];

export function screens(ids: Ids): Screen[] {
  const open = new Set(["/sign-in", "/setup"]);
  return [
    ...consoleScreens(ids).map(([id, route, path]): Screen => ({ id, face: "console", route, path: `/console${path ?? route}`, as: open.has(route) ? "nobody" : "administrator" })),
    ...portalScreens(ids).map(([id, as, route, path]): Screen => ({ id, face: "portal", route, path: path ?? route, as })),
  ];
}

const source = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
/** The patterns both routers know. */
export const routes = (): Readonly<Record<Face, readonly string[]>> => ({
  console: [...source("admin-ui/app/router.tsx").matchAll(/\bpath: "([^"]+)"/g)].map((m) => m[1] ?? ""),
  portal: [...(/const patterns = \{([\s\S]+?)\} as const/.exec(source("learner-ui/parts/router.ts"))?.[1] ?? "").matchAll(/: "([^"]+)"/g)].map((m) => m[1] ?? ""),
});
