/** Structured logs on stdout. Secrets are values of a type that prints nothing, not patterns to be found afterwards. */
import { inspect } from "node:util";
import { pino, type DestinationStream, type Logger } from "pino";

/** Wraps a secret so that printing, JSON and inspection show nothing. */
export class Secret<T> {
  readonly #value: T;
  constructor(value: T) { this.#value = value; }
  reveal(): T { return this.#value; }
  toString(): string { return "[secret]"; }
  toJSON(): string { return "[secret]"; }
  [inspect.custom](): string { return "[secret]"; }
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

// A second wall for third-party objects that reach a log line whole.
const paths = ["password", "newPassword", "currentPassword", "token", "secret", "cookie", "authorization", "*.password", "*.token", "*.secret", "req.headers", "headers.cookie", "headers.authorization"];

export const createLogger = (level: LogLevel, destination?: DestinationStream): Logger =>
  destination ? pino({ level, redact: { paths, censor: "[secret]" }, base: null }, destination) : pino({ level, redact: { paths, censor: "[secret]" }, base: null });
