/** Calendar dates of instants in zones, from the zone database of the runtime. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD` of an instant in a zone. Making a format costs a hundred times its use, so there is one per zone (about 600). */
export function dayIn(zone: string, instant: string): string {
  let format = formats.get(zone);
  if (!format) formats.set(zone, format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }));
  return format.format(new Date(instant));
}
