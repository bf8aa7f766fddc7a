/**
 * Courses: identity of a piece of training across versions. A draft is edited freely; publishing makes an immutable, numbered,
 * content-addressed version, and what began on a version stays on it to its last byte. Never: alters or removes a version,
 * sends a right answer to somebody who is still asked, lets content set a status.
 */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Handlers, Module } from "../../kernel/module.ts";
import { courses as contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { change, close, create, duplicate, get, list, reopen } from "./service/courses.ts";
import { draft, findings, preview, render, saveDraft } from "./service/draft.ts";
import { addFile, file, files } from "./service/files.ts";
import { states } from "./service/states.ts";
import { exportVersion, goLiveWhenDue, publish, version as readVersion, versions } from "./service/versions.ts";
import { findCourse, tenantOfVersion } from "./store.ts";

const handlers: Handlers<typeof contract> = {
  list, create, get, change, close, reopen, duplicate, draft, saveDraft, findings, preview, render, files, addFile, file, publish, versions, version: readVersion, exportVersion,
};

export const coursesModule: Module = {
  name: "courses", contract, handlers, failures: fail, states,
  loaders: {
    course: async (ctx, id) => { const c = await findCourse(ctx, id); return c && { tenantId: c.tenantId }; },
    version: async (ctx, id) => { const tenantId = await tenantOfVersion(ctx, id); return tenantId === undefined ? undefined : { tenantId }; },
  },
  schedules: [{ name: "courses.go_live", cron: "*/5 * * * *", actor: "publications", run: goLiveWhenDue }],
  emits: ["courses.version_published"], audits: ["courses.version_live"],
};

/** A course's facts without its draft; `undefined` if there is none. */
export const course = (ctx: Pick<Ctx, "db" | "tenantId">, courseId: string): ReturnType<typeof findCourse> => findCourse(ctx, courseId);
export { liveVersion, parsedVersion as version } from "./service/versions.ts";
export { openFile } from "./service/files.ts";
export type { CourseHead } from "./store.ts";
export type { ParsedQuiz, ParsedVersion } from "./parsed.ts";
export type { Question, Quiz, Unit } from "./content.ts";
