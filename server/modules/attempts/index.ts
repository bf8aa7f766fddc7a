/**
 * Attempts: one person's work in one version of a course, pinned to its last byte. Answers are saved as given, graded only
 * here, and completing commits proof, settled cycles, certificates, receipt, entries and event in one transaction.
 * Never: takes a score from outside, shows right answers early, downgrades what is completed, moves to another version unasked.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { attempts as contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { closeExpired, schedules } from "./jobs.ts";
import { file, ofPerson, record, stop } from "./service/record.ts";
import { answer, answers, sit, sitting } from "./service/sittings.ts";
import { states } from "./service/states.ts";
import { result, submit } from "./service/submit.ts";
import { attest, coursePage, done, get, place, start, time, unit } from "./service/work.ts";
import { find } from "./store/attempts.ts";

const handlers: Handlers<typeof contract> = { coursePage, start, get, unit, place, time, done, attest, sit, sitting, answer, answers, submit, result, file, ofPerson, record, stop };

export const attemptsModule: Module = {
  name: "attempts", contract, handlers, failures: fail, states, schedules,
  loaders: { attempt: async (ctx, id) => { const a = await find(ctx, id); return a && { tenantId: a.tenantId, personId: a.personId }; } },
  jobs: { "attempts.close_expired": closeExpired },
  emits: ["attempts.started", "attempts.completed", "attempts.stopped"],
  audits: ["attempts.started", "attempts.unit_done", "attempts.attested", "attempts.sitting_started", "attempts.sitting_submitted", "attempts.sitting_expired", "attempts.completed"],
};
export { openFor } from "./service/record.ts";
export type { OpenAttempt } from "./service/record.ts";
