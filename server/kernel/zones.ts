/** Calendar dates of instants in zones, from the zone database of the runtime. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD` of an instant in a zone. Making a format costs a hundred times its use, so there is one per zone (about 600). */
export function dayIn(zone: string, instant: string): string {
  let format = formats.get(zone);
  if (!format) formats.set(zone, format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }));
  return format.format(new Date(instant));
}

const zones = new Set([...Intl.supportedValuesOf("timeZone"), "UTC"]);

/** The runtime lists one of several spellings only ("Asia/Calcutta"); the others ("Asia/Kolkata") are zones too. Offsets are not. */
export function isZone(s: string): boolean {
  if (zones.has(s)) return true;
  if (s.length > 64 || !/^[A-Z]\w*(\/[A-Za-z][\w+-]*)+$/.test(s)) return false;
  try { Intl.DateTimeFormat("en", { timeZone: s }); } catch { return false; }
  zones.add(s);
  return true;
}
