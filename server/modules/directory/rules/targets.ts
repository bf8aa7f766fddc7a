/** What a column can mean, and how HR systems call it. */
import { fold } from "../../people/index.ts";

export const targets = ["number", "name", "given", "family", "preferred", "email", "superior", "started", "ended", "org_unit", "site", "zone", "country", "worker_type", "position", "language", "fte"] as const;
export type PlainTarget = (typeof targets)[number];
/** A plain target, or "custom.<name>" for a fact of the company's own. */
export type Target = PlainTarget | `custom.${string}`;

const custom = /^custom\.[\p{L}\p{N}][\p{L}\p{N} _./()-]{0,59}$/u;
export const isTarget = (s: string): s is Target => (targets as readonly string[]).includes(s) || custom.test(s);
export const customName = (header: string): string => header.normalize("NFC").replace(/[^\p{L}\p{N} _./()-]/gu, " ").replace(/\s+/g, " ").trim().replace(/^[^\p{L}\p{N}]+/u, "").slice(0, 60).trim();

// Workday, SAP SuccessFactors / HCM, Personio, BambooHR, ADP, DATEV, HiBob, Rippling, UKG, Oracle, Sage, Azure AD exports; English and German.
const words: Readonly<Record<PlainTarget, string>> = {
  number: "employee id|employeeid|employee number|employee no|employee code|emp id|empid|emp no|id|user id|userid|person id|personid|person number|person id external|worker id|workerid|staff id|staff number|file number|associate id|position id file number|payroll id|payroll number|personnel number|pernr|pers no|personalnummer|personal nr|pers nr|persnr|pnr|mitarbeiternummer|mitarbeiter nr|mitarbeiter id|ma nr|ma nummer|stammnummer|ausweisnummer|matrikelnummer|matricule|badge number|nummer|employee|nr|no|number",
  name: "name|full name|fullname|display name|displayname|employee name|worker|worker name|legal name|preferred full name|vollständiger name|name vorname|nachname vorname|mitarbeiter|mitarbeitername|anzeigename|payroll name|formatted name|nom complet",
  given: "first name|firstname|given name|givenname|given names|legal first name|forename|vorname|vornamen|rufname|prénom|prenom|name first",
  family: "last name|lastname|family name|familyname|surname|legal last name|legal name last name|nachname|familienname|zuname|nom|nom de famille|sn|name last",
  preferred: "preferred name|known as|nickname|called name",
  email: "email|e mail|mail|email address|e mail address|work email|work e mail|workemail|business email|business email address|company email|email work|primary work email|primary email|email primary work|work contact work email|corporate email|user principal name|userprincipalname|upn|e mail dienstlich|dienstliche e mail|geschäftliche e mail|e mail geschäftlich|e mail adresse|mailadresse|email adresse|e mail arbeit|courriel",
  superior: "manager|manager id|managerid|manager employee id|manager number|manager user id|manager email|manager name|supervisor|supervisor id|supervisor employee id|supervisor name|supervisor email|reports to|reports to id|reports to email|reports to associate id|reporting to|reporting manager|line manager|line manager id|direct manager|superior|vorgesetzter|vorgesetzte|vorgesetzte r|vorgesetzten nr|vorgesetzter personalnummer|personalnummer vorgesetzter|personalnummer des vorgesetzten|vorgesetzter id|führungskraft|fuehrungskraft|führungskraft id|leiter|teamleiter|disziplinarischer vorgesetzter",
  started: "hire date|hiredate|hired on|original hire date|most recent hire date|last hire date|start|start date|startdate|date of hire|employment start|employment start date|date started|joining date|join date|date joined|entry date|begin date|eintritt|eintrittsdatum|eintritt am|einstellungsdatum|beginn|beschäftigungsbeginn|vertragsbeginn|startdatum|anstellungsdatum|konzerneintritt|date d entrée|date embauche",
  ended: "termination date|term date|end date|enddate|end|last day|last day of work|last working day|leave date|leaving date|exit date|employment end|employment end date|contract end date|date terminated|separation date|austritt|austrittsdatum|austritt am|ende|beschäftigungsende|vertragsende|enddatum|letzter arbeitstag|date de sortie",
  org_unit: "department|department name|dept|division|unit|org unit|orgunit|organization|organisation|organizational unit|organisation unit|supervisory organization|supervisory org|business unit|team|cost center|cost centre|cost center name|home department|abteilung|abteilungsname|bereich|organisationseinheit|org einheit|kostenstelle|kostenstelle abteilung|service",
  site: "location|work location|location name|office|office location|site|site name|standort|arbeitsort|werk|niederlassung|betriebsstätte|betriebsstaette|dienstort|einsatzort|physicaldeliveryofficename|city|lieu de travail",
  zone: "time zone|timezone|tz|zeitzone|timezone id",
  country: "country|country code|country iso|work country|location country|land|länderkennzeichen|landesschlüssel|pays|countrycode",
  worker_type: "worker type|employee type|employment type|employee class|employment class|contract type|employee group|employment status type|worker category|staff category|type|beschäftigungsart|vertragsart|mitarbeitergruppe|mitarbeiterkreis|anstellungsart|arbeitnehmertyp|personengruppe|art der beschäftigung|employment category",
  position: "job title|jobtitle|title|position|position title|business title|role|job|job profile|job name|designation|stelle|stellenbezeichnung|funktion|tätigkeit|taetigkeit|berufsbezeichnung|job code description|poste|rolle",
  language: "language|preferred language|locale|default locale|communication language|sprache|muttersprache|korrespondenzsprache",
  fte: "fte|full time equivalent|employment percentage|employment level|weekly hours fte|beschäftigungsgrad|beschaeftigungsgrad|teilzeitgrad|vollzeitäquivalent|vzä|stellenanteil|pensum|auslastung",
};

const key = (header: string): string => fold(header).replace(/[^a-z0-9]+/g, " ").trim();
const known = new Map<string, { readonly target: PlainTarget; readonly rank: number }>();
for (const target of targets) words[target].split("|").forEach((word, rank) => { if (!known.has(key(word))) known.set(key(word), { target, rank }); });

/**
 * Guesses a meaning per column; `remembered` (header → target, per feed) wins. Each meaning is given once, to the column whose
 * header is the most usual word for it; e-mail addresses also show by their cells.
 */
export function guessMapping(columns: readonly { readonly header: string; readonly looksLikeEmail: boolean; readonly looksLikeNumber: boolean }[], remembered: ReadonlyMap<string, Target | null>): (Target | null)[] {
  const out: (Target | null)[] = columns.map(() => null);
  const taken = new Set<Target>();
  const fixed = columns.map(() => false);
  columns.forEach((c, i) => {
    const t = remembered.get(key(c.header));
    if (t === undefined) return;
    fixed[i] = true;
    if (t !== null && !taken.has(t)) { out[i] = t; taken.add(t); }
  });
  const offers = columns.flatMap((c, i) => { const k = known.get(key(c.header)); return k && !fixed[i] ? [{ i, ...k }] : []; }).sort((a, b) => a.rank - b.rank || a.i - b.i);
  for (const o of offers) {
    if (taken.has(o.target)) continue;
    out[o.i] = o.target;
    taken.add(o.target);
  }
  // "Name" beside "First name" is the family name of many German exports.
  const name = out.indexOf("name");
  if (name >= 0 && out.includes("given") && !out.includes("family") && !fixed[name]) out[name] = "family";
  else if (name >= 0 && out.includes("given") && out.includes("family") && !fixed[name]) out[name] = null;
  if (!out.includes("email")) {
    const i = columns.findIndex((c, n) => c.looksLikeEmail && out[n] === null && !fixed[n]);
    if (i >= 0) out[i] = "email";
  }
  return out;
}
export const rememberKey = key;
