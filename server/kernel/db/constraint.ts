/** Database faults → kinds of `Failure`, by driver code and never by message. The only place that knows these codes. */
import { Failure, kernelFailures } from "../errors.ts";

const codeOf = (error: unknown): string => (error !== null && typeof error === "object" && "code" in error && typeof error.code === "string" ? error.code : "");

const conflicts = new Set(["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID", "23505"]);
const invalid = new Set(["SQLITE_CONSTRAINT_FOREIGNKEY", "SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK", "SQLITE_CONSTRAINT_DATATYPE", "23503", "23502", "23514", "22P02", "22003", "22021", "22P05"]);
const away = new Set(["SQLITE_BUSY", "SQLITE_LOCKED", "57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006", "53300", "55P03", "57014", "40001", "40P01",
  "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "ENOTFOUND"]);

export const isUniqueViolation = (error: unknown): boolean => conflicts.has(codeOf(error));
/** Rolled back as a whole by the database; running it again may succeed. */
export const isRetryable = (error: unknown): boolean => codeOf(error) === "40001" || codeOf(error) === "40P01";

/** The `Failure` for a database error, or the error itself when it is a bug. */
export function fromDatabase(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  if (conflicts.has(code)) return Object.assign(kernelFailures.conflict(), { cause: error });
  if (invalid.has(code)) return Object.assign(kernelFailures.invalid(), { cause: error });
  if (code === "SQLITE_FULL" || code === "53100" || code === "ENOSPC") return Object.assign(kernelFailures.full({ retryAfterS: 30 }), { cause: error });
  if (away.has(code) || code.startsWith("SQLITE_IOERR")) return Object.assign(kernelFailures.unavailable({ retryAfterS: 5 }), { cause: error });
  return error;
}
