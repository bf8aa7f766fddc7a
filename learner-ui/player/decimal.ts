/** Numbers as people type them. */

/** A decimal as people write it (comma, Arabic digits, blanks) in the contract's form; undefined when it is none. */
export function decimalOf(typed: string): string | undefined {
  const plain = typed.trim()
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660)).replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/[\u2212\u2013]/g, "-").replace(/[\s\u00a0\u202f]/g, "").replace(/[,\u066b]/, ".");
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(plain) ? plain : undefined;
}
