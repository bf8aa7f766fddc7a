import { code, count, id, instant, json, optional, ref, table, text, type RowOf } from "../db/columns.ts";

export const jobs = table("jobs", {
  id: id(), tenantId: ref(), kind: text(), key: text(), payload: json(), priority: count(), runAt: instant(), attempts: count(), abandonedCount: count(),
  leaseEpoch: count(), leaseUntil: optional(instant()), state: code("queued", "running", "done", "dead", "cancelled"), cursor: optional(json()),
  doneCount: count(), totalCount: optional(count()), outcome: optional(json()), error: optional(text()),
  startedBy: text(), createdAt: instant(), startedAt: optional(instant()), finishedAt: optional(instant()),
});

export type JobRow = RowOf<typeof jobs.columns>;
