/**
 * Canonical JSON (RFC 8785) for the values a ledger may hold: strings, booleans, null, integers up to 2^53−1, arrays, plain objects.
 * Everything else is refused by name, so that no two readers can disagree about what was hashed (RFC 7493, I-JSON).
 */
const deepest = 64;

export class NotCanonical extends Error {
  constructor(path: readonly (string | number)[], why: string) {
    super(`${path.length === 0 ? "the value" : path.join(".")} ${why}`);
    this.name = "NotCanonical";
  }
}

/** The canonical text; its UTF-8 bytes are what is hashed. Throws `NotCanonical`. */
export const jcs = (value: unknown): string => write(value, []);

function write(value: unknown, path: (string | number)[]): string {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) throw new NotCanonical(path, "holds half a character (a lone surrogate)");
      // For well-formed strings JSON.stringify escapes exactly as RFC 8785, section 3.2.2.2.
      return JSON.stringify(value);
    case "boolean": return value ? "true" : "false";
    case "number":
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new NotCanonical(path, `is ${Object.is(value, -0) ? "-0" : String(value)}; only integers up to 2^53-1 are kept`);
      return String(value);
    case "object": break;
    default: throw new NotCanonical(path, `is ${typeof value === "undefined" ? "undefined" : `a ${typeof value}`}`);
  }
  if (value === null) return "null";
  if (path.length >= deepest) throw new NotCanonical(path.slice(0, 4), `is nested more than ${deepest} deep`);
  if (Array.isArray(value)) {
    let out = "[";
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      out += (i === 0 ? "" : ",") + write(value[i], path);
      path.pop();
    }
    return `${out}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotCanonical(path, `is a ${value.constructor.name}, not a plain object`);
  // The default order of sort() is that of UTF-16 code units, as section 3.2.3 asks.
  const keys = Object.keys(value).sort();
  let out = "{";
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    path.push(key);
    if (!key.isWellFormed()) throw new NotCanonical(path, "has half a character in its name");
    out += `${i === 0 ? "" : ","}${JSON.stringify(key)}:${write((value as Record<string, unknown>)[key], path)}`;
    path.pop();
  }
  return `${out}}`;
}
