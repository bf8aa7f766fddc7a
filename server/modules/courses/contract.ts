/** Courses: identity of a piece of training, its draft, and its immutable numbered versions. */
import { z } from "zod";
import { Day, FileOutput, Id, Instant, Label, Language, Page, PageQuery, Sha256, Text, endpoint } from "../../kernel/contract.ts";
import { Content, FileRef } from "./content.ts";

export const CourseCode = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, "use letters, digits, dot, dash and underscore, at most 40");
export const CourseState = z.enum(["draft", "live", "closed"]);
export const ChangeClass = z.enum(["editorial", "minor", "material"]);
/** What happens to attempts begun on an earlier version: they finish on it, finish within some days and then move, or begin anew. */
export const PublicationPolicy = z.strictObject({ inProgress: z.enum(["finish", "move", "restart"]), withinDays: z.int().min(0).max(365).nullable() });

export const CourseRow = z.strictObject({
  id: Id, code: z.string(), title: z.string(), summary: z.string(), language: Language, state: CourseState,
  liveVersionId: Id.nullable(), liveNumber: z.int().nullable(), minutes: z.int().nullable(), versionCount: z.int(),
  /** The draft was changed after the last publication. */
  isDraftNewer: z.boolean(), draftChangedAt: Instant, createdAt: Instant, rowVersion: z.int(),
});
export type CourseRow = z.output<typeof CourseRow>;

export const CourseFile = z.strictObject({ ...FileRef.shape, createdAt: Instant });
export type CourseFile = z.output<typeof CourseFile>;

export const Draft = z.strictObject({ content: Content, changedAt: Instant, rowVersion: z.int() });
export const DraftSaved = z.strictObject({ changedAt: Instant, rowVersion: z.int() });

/** One thing wrong or doubtful in a draft. `path` points into the content ("units.2.pools.0.draw"). */
export const Finding = z.strictObject({
  severity: z.enum(["error", "warning"]), code: z.string(), path: z.string(), message: z.string(),
  unitId: z.string().nullable(), questionId: z.string().nullable(), values: z.record(z.string(), z.union([z.string(), z.int()])),
});
export type Finding = z.output<typeof Finding>;

export const Version = z.strictObject({
  id: Id, courseId: Id, number: z.int(), title: z.string(), contentSha256: Sha256, minutes: z.int(), unitCount: z.int(), createdAt: Instant, createdBy: z.string(), isLive: z.boolean(),
  publication: z.strictObject({ change: ChangeClass, reason: z.string(), effectiveOn: Day, policy: PublicationPolicy }),
});
export type Version = z.output<typeof Version>;

/** A unit as it is shown, rendered; never with answers. */
export const ShownUnit = z.strictObject({
  id: z.string(), kind: z.enum(["lesson", "document", "quiz"]), title: z.string(), minutes: z.int(), html: z.string(),
  file: z.strictObject({ url: z.string(), name: z.string(), size: z.int() }).nullable(), statement: z.string().nullable(),
});
export type ShownUnit = z.output<typeof ShownUnit>;

/** A question as learners see it: never with `isCorrect`, `isTrue`, `answer`, `tolerance` or `explanation`. */
export const ShownQuestion = z.strictObject({
  id: z.string(), kind: z.enum(["single", "multiple", "true_false", "numeric"]), html: z.string(), points: z.int(),
  choices: z.array(z.strictObject({ id: z.string(), text: z.string() })), unit: z.string().nullable(),
});
export type ShownQuestion = z.output<typeof ShownQuestion>;

const courseIds = { courseId: "course" } as const;
const tenantReason = Text(2_000);

export const courses = {
  list: endpoint({
    method: "GET", path: "/api/courses", permission: "courses.read", summary: "Courses with their live version and number of versions",
    input: z.strictObject({ ...PageQuery, state: CourseState.optional(), sort: z.enum(["title", "code", "changed"]).optional() }), output: Page(CourseRow),
  }),
  create: endpoint({
    method: "POST", path: "/api/courses", permission: "courses.write", audit: "courses.created", summary: "A new course with an empty draft",
    input: z.strictObject({ code: CourseCode, title: Label(200), summary: Text(4_000).optional(), language: Language }), output: CourseRow,
  }),
  get: endpoint({
    method: "GET", path: "/api/courses/:courseId", permission: "courses.read", ids: courseIds, summary: "One course",
    input: z.strictObject({ courseId: Id }), output: CourseRow,
  }),
  change: endpoint({
    method: "PATCH", path: "/api/courses/:courseId", permission: "courses.write", ids: courseIds, audit: "courses.changed", summary: "Changes code, title, summary or language; published versions keep theirs",
    input: z.strictObject({ courseId: Id, rowVersion: z.int(), code: CourseCode.optional(), title: Label(200).optional(), summary: Text(4_000).optional(), language: Language.optional() }), output: CourseRow,
  }),
  close: endpoint({
    method: "POST", path: "/api/courses/:courseId/close", permission: "courses.write", ids: courseIds, audit: "courses.closed", summary: "No new starts; attempts in progress finish, evidence stays",
    input: z.strictObject({ courseId: Id, reason: tenantReason }), output: CourseRow,
  }),
  reopen: endpoint({
    method: "POST", path: "/api/courses/:courseId/reopen", permission: "courses.write", ids: courseIds, audit: "courses.reopened", summary: "Allows new starts again",
    input: z.strictObject({ courseId: Id, reason: tenantReason }), output: CourseRow,
  }),
  duplicate: endpoint({
    method: "POST", path: "/api/courses/:courseId/duplicate", permission: "courses.write", ids: courseIds, audit: "courses.created", summary: "A new course whose draft and files are a copy of this one's draft",
    input: z.strictObject({ courseId: Id, code: CourseCode, title: Label(200) }), output: CourseRow,
  }),
  draft: endpoint({
    method: "GET", path: "/api/courses/:courseId/draft", permission: "courses.read", ids: courseIds, summary: "The draft, answers included",
    input: z.strictObject({ courseId: Id }), output: Draft,
  }),
  saveDraft: endpoint({
    method: "PUT", path: "/api/courses/:courseId/draft", permission: "courses.write", ids: courseIds, audit: { none: "an unpublished draft is no record; publishing it is" },
    summary: "Stores the whole draft; refused with the newer time if somebody else saved after `rowVersion`",
    input: z.strictObject({ courseId: Id, rowVersion: z.int(), content: Content }), output: DraftSaved,
  }),
  findings: endpoint({
    method: "GET", path: "/api/courses/:courseId/findings", permission: "courses.read", ids: courseIds, summary: "What is wrong or doubtful in the draft; errors forbid publishing",
    input: z.strictObject({ courseId: Id }),
    output: z.strictObject({ findings: z.array(Finding), minutes: z.int(), isPublishable: z.boolean(), isChanged: z.boolean(), rowVersion: z.int() }),
  }),
  preview: endpoint({
    method: "GET", path: "/api/courses/:courseId/preview", permission: "courses.read", ids: courseIds, summary: "The draft rendered as learners would see it; quizzes with all questions of their pools",
    input: z.strictObject({ courseId: Id }), output: z.strictObject({ units: z.array(z.strictObject({ ...ShownUnit.shape, questions: z.array(ShownQuestion) })) }),
  }),
  render: endpoint({
    method: "POST", path: "/api/courses/:courseId/render", permission: "courses.read", ids: courseIds, audit: { none: "renders text and stores nothing" }, summary: "Renders Markdown with this course's pictures, for the preview beside the editor",
    input: z.strictObject({ courseId: Id, markdown: Text(200_000) }), output: z.strictObject({ html: z.string(), missing: z.array(z.string()) }),
  }),
  files: endpoint({
    method: "GET", path: "/api/courses/:courseId/files", permission: "courses.read", ids: courseIds, summary: "Pictures and documents of the course",
    input: z.strictObject({ courseId: Id }), output: z.strictObject({ files: z.array(CourseFile) }),
  }),
  addFile: endpoint({
    method: "POST", path: "/api/courses/:courseId/files", permission: "courses.write", ids: courseIds, audit: "courses.file_added", upload: { maxBytes: 25 * 1024 * 1024 },
    summary: "Adds a picture (PNG, JPEG, WebP, GIF) or a PDF; the type is read from the bytes. Raw body, name in the query",
    input: z.strictObject({ courseId: Id, name: Label(200) }), output: CourseFile,
  }),
  file: endpoint({
    method: "GET", path: "/api/courses/:courseId/files/:sha256", permission: "courses.read", ids: courseIds, download: true, summary: "Bytes of a course file",
    input: z.strictObject({ courseId: Id, sha256: Sha256 }), output: FileOutput,
  }),
  publish: endpoint({
    method: "POST", path: "/api/courses/:courseId/publish", permission: "courses.publish", ids: courseIds, audit: "courses.version_published",
    summary: "Makes the draft an immutable numbered version; it goes live on `effectiveOn` (today: at once)",
    input: z.strictObject({ courseId: Id, rowVersion: z.int(), change: ChangeClass, reason: Text(2_000, 1), effectiveOn: Day, policy: PublicationPolicy }), output: Version,
  }),
  versions: endpoint({
    method: "GET", path: "/api/courses/:courseId/versions", permission: "courses.read", ids: courseIds, summary: "All versions, newest first",
    input: z.strictObject({ courseId: Id }), output: z.strictObject({ versions: z.array(Version) }),
  }),
  version: endpoint({
    method: "GET", path: "/api/courses/versions/:versionId", permission: "courses.read", ids: { versionId: "version" }, summary: "One version with its whole content, answers included",
    input: z.strictObject({ versionId: Id }), output: z.strictObject({ version: Version, content: Content }),
  }),
  exportVersion: endpoint({
    method: "GET", path: "/api/courses/versions/:versionId/content.json", permission: "courses.read", ids: { versionId: "version" }, download: true, summary: "The version's canonical bytes, whose SHA-256 is its content hash",
    input: z.strictObject({ versionId: Id }), output: FileOutput,
  }),
};
