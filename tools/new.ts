/** `npm run new -- module|plugin|migration NAME`: writes a working beginning and says which lines to add. Nothing that exists is overwritten. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrationSkeleton, moduleSkeleton, pluginSkeleton, type Names } from "./skeletons.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

class Refusal extends Error {}

function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40) throw new Refusal(`"${name}" cannot be a name: lower case words joined by "-", at most 40 characters`);
  const camel = name.replace(/-(.)/g, (_, c: string) => c.toUpperCase());
  const singular = camel.endsWith("ies") ? `${camel.slice(0, -3)}y` : camel.replace(/s$/, "");
  const pascal = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);
  return { folder: name, camel, table: name.replaceAll("-", "_"), singular, Singular: pascal(singular), title: pascal(name.replaceAll("-", " ")) };
}

function nextMigration(verbNoun: string): string {
  if (!/^[a-z]+(_[a-z0-9]+)+$/.test(verbNoun)) throw new Refusal(`"${verbNoun}" cannot be a migration: a verb and nouns joined by "_", such as add_phone_to_people`);
  const last = Math.max(...readdirSync(join(root, "migrations")).map((f) => Number(/^(\d{4})_.*\.ts$/.exec(f)?.[1] ?? 0)));
  return `migrations/${String(last + 1).padStart(4, "0")}_${verbNoun}.ts`;
}

function write(files: Readonly<Record<string, string>>): void {
  for (const path of Object.keys(files)) if (existsSync(join(root, path))) throw new Refusal(`${path} is there already`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`  ${path}\n`);
  }
}

/** Adds the texts of a new error code to the three languages, in order of the codes. */
function say(code: string, texts: Readonly<Record<string, string>>): void {
  for (const [language, text] of Object.entries(texts)) {
    const file = join(root, `locales/${language}/errors.json`);
    const said = { ...JSON.parse(readFileSync(file, "utf8")) as Record<string, string>, [code]: text };
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(Object.entries(said).toSorted(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`);
  }
}

function newModule(name: string): string[] {
  const n = namesOf(name);
  if (!name.endsWith("s")) throw new Refusal(`a module is named by a plural noun; "${name}" is none`);
  if (existsSync(join(root, "server/modules", name))) throw new Refusal(`server/modules/${name} is there already`);
  const migration = nextMigration(`create_${n.table}`);
  write({ ...moduleSkeleton(n), [migration]: migrationSkeleton(n.table) });
  say(`${n.camel}.not_found`, { en: "This does not exist, or you may not see it.", de: "Das gibt es nicht, oder Sie dürfen es nicht sehen.", ar: "هذا غير موجود، أو لا يُسمح لك برؤيته." });
  return [
    "Two lines make it part of Muster:",
    `  server/app.ts   import { ${n.camel}Module } from "./modules/${name}/index.ts";   and  ${n.camel}Module,  in nouns`,
    `  server/api.ts   import { contract as ${n.camel} } from "./modules/${name}/contract.ts";   and  ${n.camel}  in contracts`,
    "Then: npm run schema && npm run catalog && npm run map, and vitest run server/modules/" + name,
    "Rights: it begins with settings.read and settings.write; give it its own in server/modules/access/rules.ts.",
    "If it calls other modules or is called by them, give it its number in tools/map.ts.",
  ];
}

function newPlugin(name: string): string[] {
  const n = namesOf(name);
  write(pluginSkeleton(n));
  return ["One import and one line make it bundled:", `  plugins/index.ts   import ${n.camel} from "./${name}/index.ts";   and  ${n.camel},  in bundledPlugins`, "Then: npm run catalog"];
}

function newMigration(name: string): string[] {
  write({ [nextMigration(name)]: migrationSkeleton(null) });
  return ["Then: npm run schema"];
}

const makers: Readonly<Record<string, (name: string) => string[]>> = { module: newModule, plugin: newPlugin, migration: newMigration };
const [kind = "", name] = process.argv.slice(2);
const make = Object.hasOwn(makers, kind) ? makers[kind] : undefined;
try {
  if (make === undefined || name === undefined) throw new Refusal("npm run new -- module|plugin|migration NAME");
  process.stdout.write(`${make(name).join("\n")}\n`);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
}
