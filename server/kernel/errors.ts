/**
 * One class for every refusal. Anything else that is thrown is a bug and is shown as `internal`.
 * Kinds map to the status codes of RFC 9110; the wire format is RFC 9457 (problem+json).
 */
export const statusOf = {
  invalid: 400, unauthenticated: 401, forbidden: 403, not_found: 404, conflict: 409, precondition: 412, too_large: 413,
  unsupported: 415, misdirected: 421, unprocessable: 422, locked: 423, too_many: 429, unavailable: 503, full: 507,
} as const;

export type Kind = keyof typeof statusOf;

/** What a field-level refusal says: `path` is dotted ("quiz.pools.0.draw"), `code` is stable, `message` is English. */
export interface FieldFault { readonly path: string; readonly code: string; readonly message: string }

export interface FailureDetails {
  readonly fields?: readonly FieldFault[];
  readonly retryAfterS?: number;
  /** Values the interface may show beside the translated text of the code. */
  readonly values?: Readonly<Record<string, string | number>>;
}

export class Failure extends Error {
  readonly kind: Kind;
  readonly code: string;
  readonly details: FailureDetails;
  constructor(kind: Kind, code: string, message: string, details: FailureDetails = {}) {
    super(message);
    this.name = "Failure";
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

type Declared = Readonly<Record<string, readonly [Kind, string]>>;
export type FailureTable<T extends Declared> = { readonly [K in keyof T]: (details?: FailureDetails, message?: string) => Failure } & {
  readonly declared: Readonly<Record<string, readonly [Kind, string]>>;
};

/**
 * Declares a module's error codes in one table: `failures("courses", { not_draft: ["conflict", "…"] })`
 * gives `fail.not_draft()`, whose code on the wire is `courses.not_draft`. Codes are stable for ever.
 */
export function failures<const T extends Declared>(module: string, table: T): FailureTable<T> {
  const out: Record<string, unknown> = {};
  const declared: Record<string, readonly [Kind, string]> = {};
  for (const [name, [kind, text]] of Object.entries(table)) {
    const code = `${module}.${name}`;
    declared[code] = [kind, text];
    out[name] = (details: FailureDetails = {}, message: string = text) => new Failure(kind, code, message, details);
  }
  out["declared"] = declared;
  return out as FailureTable<T>;
}

/** Codes the kernel itself answers with. */
export const kernelFailures = failures("request", {
  invalid: ["invalid", "Some fields are missing or wrong."],
  malformed: ["invalid", "The request could not be read."],
  unauthenticated: ["unauthenticated", "Please sign in."],
  forbidden: ["forbidden", "You do not have the right to do this."],
  cross_site: ["forbidden", "This request came from another site and was refused."],
  not_found: ["not_found", "There is nothing at this address, or you may not see it."],
  conflict: ["conflict", "This contradicts something that exists already."],
  key_reused: ["conflict", "This Idempotency-Key was used with another request."],
  too_large: ["too_large", "The request is larger than allowed."],
  unsupported: ["unsupported", "This content type is not understood here."],
  misdirected: ["misdirected", "This server does not answer for that host name."],
  too_slow: ["unavailable", "The work took too long and was undone. Please try again."],
  unavailable: ["unavailable", "Muster cannot do this right now. Nothing was changed; please try again."],
  full: ["full", "The disk is full. Nothing was changed; please tell your administrator."],
});
