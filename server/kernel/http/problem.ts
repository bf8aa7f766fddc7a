/** Refusals on the wire: application/problem+json (RFC 9457). */
import type { Context } from "koa";
import type { Logger } from "pino";
import { Failure, statusOf } from "../errors.ts";
import { fromDatabase } from "../db/constraint.ts";

export function sendProblem(http: Context, requestId: string, error: unknown, log: Logger): void {
  const known = fromDatabase(error);
  if (!(known instanceof Failure)) {
    log.error({ requestId, method: http.method, path: http.path, err: error }, "request failed: this is a bug");
    http.status = 500;
    http.type = "application/problem+json";
    http.body = JSON.stringify({ type: "about:blank", title: "Internal error", status: 500, code: "internal", requestId });
    return;
  }
  const status = statusOf[known.kind];
  if (status >= 500) log.warn({ requestId, code: known.code, cause: known.cause instanceof Error ? known.cause.message : undefined }, "request refused");
  http.status = status;
  if (known.details.retryAfterS !== undefined) http.set("Retry-After", String(Math.max(1, Math.ceil(known.details.retryAfterS))));
  http.type = "application/problem+json";
  http.body = JSON.stringify({
    type: "about:blank", title: known.message, status, detail: known.message, code: known.code, requestId,
    ...(known.details.fields ? { fields: known.details.fields } : {}), ...(known.details.values ? { values: known.details.values } : {}),
  });
}
