/** Every reason a row can be refused or warned about: stable code, English text. */

export const reasonTexts = {
  cells_missing: "The row has {n} cells, the header has {width}.",
  cells_extra: "The row has {n} cells, the header has only {width}.",
  quote_open: "A quotation mark in this row is opened but never closed.",
  characters_bad: "The row contains characters that cannot be stored.",
  number_missing: "The employee number is missing.",
  number_duplicate: "The employee number {number} is in this file more than once (rows {rows}).",
  number_too_long: "The employee number is longer than 60 characters.",
  key_missing: "The e-mail address is missing; without an employee number it is what tells people apart.",
  name_missing: "The name is missing.",
  name_too_long: "The name is longer than {max} characters.",
  name_formula: "The name looks like a spreadsheet formula.",
  value_formula: "The value of “{column}” looks like a spreadsheet formula.",
  value_too_long: "The value of “{column}” is longer than {max} characters.",
  email_bad: "“{value}” is not an e-mail address.",
  email_duplicate: "The e-mail address {value} is in this file more than once (rows {rows}).",
  email_taken: "The e-mail address {value} belongs to {name} (number {number}).",
  email_taken_zeros: "The e-mail address {value} belongs to {name}, whose number {number} differs in leading zeros only. If they are the same person, choose to ignore leading zeros.",
  superior_self: "The person is named as their own superior.",
  superior_loop: "The superiors form a loop: rows {rows}.",
  superior_unknown: "The superior {value} is neither in this file nor known.",
  superior_ambiguous: "Several people are called {value}; name the superior by employee number.",
  date_impossible: "“{value}” in “{column}” is not a date that exists.",
  date_ambiguous: "“{value}” in “{column}” may be {a} or {b}. Choose the order of day and month.",
  date_unreadable: "“{value}” in “{column}” is not a date.",
  ends_before_start: "The last day {ended} lies before the first day {started}.",
  zone_unknown: "“{value}” is not a known time zone.",
  fte_bad: "“{value}” in “{column}” is not a share between 0 and 2 (or 0 and 200 %).",
  org_too_deep: "“{value}” has more than 20 levels.",
  stale: "The person changed after this file was checked. Check it again.",
  // Warnings
  encoding_loss: "“{value}” probably lost characters when the file was exported.",
  unicode_composed: "“{value}” was written with separate accents; it is stored in the usual form.",
  two_digit_year: "The year of “{value}” has two digits; it is read as {day}.",
  superior_refused: "The superior {value} is only in a refused row ({row}). The superior is set when they arrive.",
  superior_later: "The superior {value} is not known yet. The superior is set when they arrive.",
  superior_missing: "The superior {value} was not written. Import the file again to set them.",
  superior_left: "The superior {value} has left; please name another.",
  country_unknown: "“{value}” is not a country known here; it is left out.",
  language_unknown: "“{value}” is not a language Muster speaks; the company's is used.",
  site_zone_assumed: "The site “{value}” is new and has no time zone here; the company's is used.",
  site_zone_differs: "The site “{value}” is in {known}, not in {zone}; the site is not changed.",
  number_similar: "{number} is known and differs in leading zeros only. If they are the same person, choose to ignore leading zeros.",
  account_conflict: "The sign-in name {value} is taken; the account must be opened by hand.",
} as const;
export type ReasonCode = keyof typeof reasonTexts;

export interface Reason { readonly code: ReasonCode; readonly text: string; readonly column?: string }

const short = (v: string | number): string => { const s = String(v); return s.length > 80 ? `${s.slice(0, 77)}…` : s; };

export function reason(code: ReasonCode, values: Readonly<Record<string, string | number>> = {}): Reason {
  const text = reasonTexts[code].replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? short(values[name] ?? "") : whole));
  return values["column"] === undefined ? { code, text } : { code, text, column: String(values["column"]) };
}

/** "3, 7, 12 and 5 more" */
export const rowList = (rows: readonly number[]): string => rows.length <= 12 ? rows.join(", ") : `${rows.slice(0, 12).join(", ")} and ${rows.length - 12} more`;
