/** The demo company Nordwerk: an org tree, sites, and about 120 people with the standard test people among them. All invented. */
export interface DemoPerson {
  readonly number: string; readonly given: string; readonly family: string; readonly email: string | null; readonly superior: string | null; readonly hired: string;
  readonly unit: string; readonly site: string; readonly position: string; readonly type: "permanent" | "contractor"; readonly language: "en" | "de" | "ar";
}

export const sites: Readonly<Record<string, { readonly zone: string; readonly country: string }>> = {
  Hamburg: { zone: "Europe/Berlin", country: "DE" }, Berlin: { zone: "Europe/Berlin", country: "DE" }, Paris: { zone: "Europe/Paris", country: "FR" }, Cairo: { zone: "Africa/Cairo", country: "EG" },
  Bengaluru: { zone: "Asia/Kolkata", country: "IN" }, Singapore: { zone: "Asia/Singapore", country: "SG" }, Honolulu: { zone: "Pacific/Honolulu", country: "US" }, Sofia: { zone: "Europe/Sofia", country: "BG" }, Lyon: { zone: "Europe/Paris", country: "FR" },
};

const units: readonly { readonly path: string; readonly size: number; readonly head: string; readonly positions: readonly string[] }[] = [
  { path: "Management", size: 3, head: "Chief Executive", positions: ["Assistant", "Chief of Staff"] },
  { path: "Human Resources", size: 6, head: "Head of HR", positions: ["HR Partner", "Training Coordinator"] },
  { path: "Finance/Controlling", size: 7, head: "Head of Controlling", positions: ["Controller", "Analyst"] },
  { path: "IT/Operations", size: 8, head: "Head of IT Operations", positions: ["Administrator", "Service Engineer"] },
  { path: "IT/Development", size: 10, head: "Head of Development", positions: ["Engineer", "Tester"] },
  { path: "Production/Plant Hamburg", size: 26, head: "Plant Manager Hamburg", positions: ["Operator", "Shift Leader", "Crane Operator", "Maintenance"] },
  { path: "Production/Plant Lyon", size: 16, head: "Plant Manager Lyon", positions: ["Operator", "Shift Leader", "Maintenance"] },
  { path: "Logistics/Warehouse", size: 14, head: "Head of Logistics", positions: ["Driver", "Picker", "Dispatcher"] },
  { path: "Sales/Europe", size: 12, head: "Head of Sales Europe", positions: ["Sales Manager", "Account Manager"] },
  { path: "Sales/Asia", size: 8, head: "Head of Sales Asia", positions: ["Sales Manager", "Account Manager"] },
  { path: "Laboratory", size: 8, head: "Head of Laboratory", positions: ["Chemist", "Lab Assistant"] },
];

const given = ["Anna", "Jonas", "Miriam", "Pierre", "Fatima", "Luca", "Sofie", "Emre", "Katarzyna", "Mateo", "Ingrid", "Youssef", "Hannah", "Niklas", "Priya", "Olga", "Henrik", "Aylin", "Tomás", "Greta", "Viktor", "Leila", "Oskar", "Chloé", "Dmitri", "Marta", "Felix", "Zeynep", "Björn", "Elena"];
const family = ["Schneider", "Jørgensen", "Kowalczyk", "Moreau", "Haddad", "Rossi", "Nguyễn", "Yılmaz", "Lindqvist", "García", "Petrov", "Fischer", "Okafor", "Van den Berg", "Krüger", "Dubois", "Sharma", "Weiß", "Novák", "Almeida", "Ivanova", "Bergmann", "Çelik", "Andersen", "Papadopoulos", "Richter", "Laurent", "Sato", "Horvat", "Brandt"];

/** The people of domain tests who appear on screens; the others are made from lists. */
const known: readonly (readonly [string, string, string, string, string, string, DemoPerson["language"]])[] = [
  ["Lea", "Hoffmann", "Production/Plant Hamburg", "Berlin", "Shift Leader", "2019-04-01", "de"], ["Ravi", "Menon", "Sales/Asia", "Bengaluru", "Sales Manager", "2021-06-14", "en"],
  ["Ana", "Becker", "Laboratory", "Berlin", "Chemist", "2020-09-01", "de"], ["Tom", "Jansen", "Production/Plant Hamburg", "Hamburg", "Crane Operator", "2017-03-01", "de"],
  ["Mei", "Tan", "Sales/Asia", "Singapore", "Account Manager", "2022-01-10", "en"], ["عمر", "الشريف", "Logistics/Warehouse", "Cairo", "Dispatcher", "2018-11-05", "ar"],
  ["Zoe", "Martin", "Sales/Europe", "Paris", "Account Manager", "2020-02-17", "en"], ["Ivan", "Dimitrov", "IT/Development", "Sofia", "Engineer", "2019-08-12", "en"],
  ["Sam", "Leroy", "Sales/Europe", "Lyon", "Sales Manager", "2021-03-22", "en"], ["Kim", "Larsen", "IT/Operations", "Hamburg", "Administrator", "2016-05-02", "en"],
  ["Bo", "Nilsson", "Production/Plant Hamburg", "Berlin", "Operator", "2026-02-01", "de"], ["Eva", "Kaya", "Finance/Controlling", "Honolulu", "Controller", "2015-10-01", "en"],
  ["Max", "Vogel", "Logistics/Warehouse", "Hamburg", "Driver", "2014-07-15", "de"], ["Nia", "Schulz", "Production/Plant Hamburg", "Berlin", "Maintenance", "2023-05-08", "de"],
  ["Paul", "Keller", "IT/Operations", "Hamburg", "Service Engineer", "2018-01-15", "de"], ["Iris", "Wagner", "IT/Operations", "Hamburg", "Head of IT Operations", "2012-04-01", "de"],
];

const siteOf = (path: string, n: number): string =>
  path.includes("Lyon") ? "Lyon" : path.includes("Asia") ? (n % 2 === 0 ? "Singapore" : "Bengaluru") : path.includes("Europe") ? (["Paris", "Berlin", "Hamburg"][n % 3] ?? "Paris") : n % 4 === 3 ? "Berlin" : "Hamburg";
const ascii = (s: string): string => s.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("ß", "ss").replaceAll("ø", "o").replaceAll("ı", "i").replaceAll("ł", "l").toLowerCase().replace(/[^a-z]/g, "");

/** The whole list in the order of their numbers; each unit's head first, reporting to the chief executive. */
export function company(): DemoPerson[] {
  const out: DemoPerson[] = [];
  const mails = new Set<string>();
  let serial = 1_001;
  const add = (p: Omit<DemoPerson, "number" | "email"> & { readonly email?: string | null }): string => {
    const number = String(serial++).padStart(5, "0");
    const base = `${ascii(p.given) || "omar"}.${ascii(p.family) || "elsherif"}`;
    let email = `${base}@nordwerk.example`;
    for (let i = 2; mails.has(email); i++) email = `${base}${i}@nordwerk.example`;
    mails.add(email);
    out.push({ ...p, number, email: p.email === null ? null : email });
    return number;
  };
  let k = 0;
  const next = (): { given: string; family: string } => { const n = k++; return { given: given[(n * 7) % given.length] ?? "Anna", family: family[(n * 11 + Math.floor(n / 30)) % family.length] ?? "Schneider" }; };
  let chief: string | null = null;
  for (const unit of units) {
    const own = known.filter(([, , path]) => path === unit.path);
    const head = own.find(([, , , , position]) => position === unit.head);
    const first = head ? { given: head[0], family: head[1] } : next();
    const headNumber = add({ ...first, superior: chief, hired: "2012-04-01", unit: unit.path, site: head?.[3] ?? siteOf(unit.path, 0), position: unit.head, type: "permanent", language: "de" });
    chief ??= headNumber;
    for (const [g, f, , site, position, hired, language] of own) {
      if (position !== unit.head) add({ given: g, family: f, superior: headNumber, hired, unit: unit.path, site, position, type: g === "Bo" ? "contractor" : "permanent", language, ...(g === "Bo" ? { email: null } : {}) });
    }
    for (let i = own.length + (head ? 0 : 1); i < unit.size; i++) {
      const hired = `${2010 + ((i * 5 + serial) % 16)}-${String(1 + ((i * 3) % 12)).padStart(2, "0")}-${String(1 + ((i * 7) % 28)).padStart(2, "0")}`;
      const site = siteOf(unit.path, i);
      add({ ...next(), superior: headNumber, hired, unit: unit.path, site, position: unit.positions[i % unit.positions.length] ?? "Engineer", type: i % 11 === 7 ? "contractor" : "permanent", language: ["Hamburg", "Berlin"].includes(site) ? "de" : "en" });
    }
  }
  return out;
}

const cell = (s: string | null): string => (s === null ? "" : /[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
/** The file HR would export: the demo imports it as a customer would. */
export const companyCsv = (people: readonly DemoPerson[]): string =>
  `\ufeff${["Employee ID,First Name,Last Name,Work Email,Manager ID,Hire Date,Supervisory Organization,Location,Country,Time Zone,Worker Type,Job Title,Language",
    ...people.map((p) => [p.number, p.given, p.family, p.email, p.superior, p.hired, p.unit, p.site, sites[p.site]?.country ?? "", sites[p.site]?.zone ?? "", p.type, p.position, p.language].map(cell).join(","))].join("\r\n")}\r\n`;
