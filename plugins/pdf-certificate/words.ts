/** The printed words. A certificate keeps the language it was issued in. */
export interface Words {
  readonly dir: "ltr" | "rtl"; readonly title: string; readonly holds: string; readonly course: string; readonly requirement: string; readonly achieved: string; readonly through: string;
  readonly noEnd: string; readonly score: string; readonly number: string; readonly version: string; readonly hash: string; readonly issued: string; readonly check: string; readonly page: string;
}

const en: Words = {
  dir: "ltr", title: "Certificate", holds: "is awarded to", course: "for completing", requirement: "Required as", achieved: "Completed on", through: "Valid through", noEnd: "no end date", score: "Result", number: "Number",
  version: "Course version", hash: "Content fingerprint (SHA-256)", issued: "Issued", check: "Check this certificate", page: "Scan the code or open the address to see its current state.",
};
const de: Words = {
  dir: "ltr", title: "Zertifikat", holds: "wird verliehen an", course: "für den Abschluss von", requirement: "Gefordert als", achieved: "Abgeschlossen am", through: "Gültig bis einschließlich", noEnd: "ohne Ablaufdatum", score: "Ergebnis", number: "Nummer",
  version: "Kursversion", hash: "Fingerabdruck des Inhalts (SHA-256)", issued: "Ausgestellt", check: "Dieses Zertifikat prüfen", page: "Code scannen oder Adresse öffnen, um den aktuellen Stand zu sehen.",
};
const ar: Words = {
  dir: "rtl", title: "شهادة", holds: "تُمنح إلى", course: "لإتمام", requirement: "مطلوبة بموجب", achieved: "تاريخ الإتمام", through: "صالحة حتى نهاية", noEnd: "بلا تاريخ انتهاء", score: "النتيجة", number: "الرقم",
  version: "إصدار الدورة", hash: "بصمة المحتوى (SHA-256)", issued: "صدرت في", check: "تحقق من هذه الشهادة", page: "امسح الرمز أو افتح العنوان لمعرفة حالتها الآن.",
};

export const wordsFor = (language: string): Words => (language === "de" ? de : language === "ar" ? ar : en);
const localeFor = (language: string): string => (language === "de" ? "de-DE" : language === "ar" ? "ar-u-nu-latn-ca-gregory" : "en-GB");

/** `31 March 2028`: a calendar date is the same day everywhere. */
export const dayText = (language: string, day: string): string => new Intl.DateTimeFormat(localeFor(language), { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T12:00:00Z`));
export const instantText = (language: string, instant: string, zone: string): string =>
  new Intl.DateTimeFormat(localeFor(language), { dateStyle: "long", timeStyle: "short", timeZone: zone }).format(new Date(instant));
/** `Europe/Berlin` → `Berlin`. */
export const placeOf = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
