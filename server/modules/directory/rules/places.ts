/** Zones, countries and languages as files name them. */
export { isZone } from "../../../kernel/zones.ts";

let countries: Map<string, string> | undefined;
function countryNames(): Map<string, string> {
  const names = new Map<string, string>([["usa", "US"], ["u.s.a.", "US"], ["uk", "GB"], ["great britain", "GB"], ["england", "GB"], ["holland", "NL"], ["d", "DE"], ["a", "AT"], ["brd", "DE"]]);
  const tables = ["en", "de"].map((l) => new Intl.DisplayNames([l], { type: "region", fallback: "none" }));
  for (let a = 65; a <= 90; a++) {
    for (let b = 65; b <= 90; b++) {
      const code = String.fromCharCode(a, b);
      for (const t of tables) {
        const name = t.of(code);
        if (name === undefined) continue;
        names.set(name.toLowerCase(), code);
        names.set(code.toLowerCase(), code);
      }
    }
  }
  return names;
}
const three: Readonly<Record<string, string>> = { deu: "DE", aut: "AT", che: "CH", fra: "FR", gbr: "GB", ita: "IT", esp: "ES", nld: "NL", bel: "BE", pol: "PL", cze: "CZ", swe: "SE", nor: "NO", dnk: "DK", fin: "FI", ind: "IN", sgp: "SG", bra: "BR", chn: "CN", jpn: "JP" };

/** "DE", "deu", "Germany", "Deutschland" → "DE"; null if unknown. */
export const countryCode = (s: string): string | null => (countries ??= countryNames()).get(s.toLowerCase()) ?? three[s.toLowerCase()] ?? null;

const languages: Readonly<Record<string, string>> = { english: "en", englisch: "en", german: "de", deutsch: "de", arabic: "ar", arabisch: "ar", العربية: "ar" };
/** "de_DE", "Deutsch", "German" → "de"; null if Muster does not speak it. */
export function languageCode(s: string): string | null {
  const low = s.toLowerCase();
  const code = /^([a-z]{2})([-_ (].*)?$/.exec(low)?.[1] ?? languages[low];
  return code === "en" || code === "de" || code === "ar" ? code : null;
}
