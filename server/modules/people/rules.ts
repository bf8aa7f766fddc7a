/** Pure decisions about people: names, today's date at a place, loops in lines. */

const letters: Readonly<Record<string, string>> = { ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", þ: "th", ð: "d", ı: "i" };

/** Lower case without accents, for sorting and searching: "Łukasz Größe" → "lukasz grosse". */
export const fold = (s: string): string =>
  s.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().replace(/[ßøłđæœþðı]/g, (c) => letters[c] ?? c).replace(/\s+/g, " ").trim();

export const displayName = (given: string, family: string): string => `${given} ${family}`.trim();
export const sortName = (given: string, family: string, display: string): string => fold(`${family} ${given}`) || fold(display);
/** What the search box looks in: name, address and numbers, folded. */
export const searchText = (display: string, email: string | null, numbers: readonly string[]): string =>
  [fold(display), email ?? "", ...numbers.map((n) => n.toLowerCase())].join(" ").trim();

/** Words of a search; every one must occur. `%` and `_` are ordinary characters. */
export const searchWords = (search: string | undefined): string[] =>
  fold(search ?? "").split(" ").filter((w) => w !== "").slice(0, 8).map((w) => `%${w.replace(/[\\%_]/g, (c) => `\\${c}`)}%`);

const formats = new Map<string, Intl.DateTimeFormat>();
/** The calendar day at a place: `today("2026-03-01T23:30:00.000Z", "Europe/Berlin")` is "2026-03-02". */
export function today(instant: string, zone: string): string {
  let f = formats.get(zone);
  if (!f) formats.set(zone, f = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }));
  return f.format(Date.parse(instant));
}

/** An employment ends when its last day is over at its site. */
export const hasEnded = (endedOn: string | null, day: string): boolean => endedOn !== null && endedOn < day;

/**
 * Everybody who is above themselves, each with the whole loop ("a" → ["a", "b"] for a ↔ b).
 * `above` gives a person's superior; it is asked once per person.
 */
export function loops(people: Iterable<string>, above: (id: string) => string | undefined): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const seen = new Map<string, number>();
  let walk = 0;
  for (const start of people) {
    walk++;
    const trail: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.set(at, walk);
      trail.push(at);
      at = above(at);
    }
    if (at === undefined || seen.get(at) !== walk) continue;
    const loop = trail.slice(trail.indexOf(at));
    for (const id of loop) found.set(id, loop);
  }
  return found;
}

/** SHA-256 input of a mass change: one canonical line per row. */
export const line = (...parts: readonly (string | null)[]): string => JSON.stringify(parts);

/** Attributes of an employment; the others belong to the person. */
export const employmentAttributes = ["employee_number", "started_on", "ended_on", "org_unit", "site", "position", "worker_type", "fte", "superior_pending"] as const;
export const ofEmployment = (attribute: string): boolean => (employmentAttributes as readonly string[]).includes(attribute) || attribute.startsWith("custom.");
/** What is corrected rather than changed from a day on: the old value never was true. */
export const isCorrection = (attribute: string): boolean => attribute === "started_on" || attribute === "ended_on" || attribute === "employee_number";
