/**
 * Settings of the process: environment first, then the JSON file named by MUSTER_CONFIG. `NAME_FILE` reads a secret from a file.
 * A wrong value stops the start with one clear line that names it.
 */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { Secret } from "./log.ts";

const Port = z.string().regex(/^\d{1,5}$/, "must be a port number").transform(Number).pipe(z.int().min(0).max(65_535));
const Origin = z.string().refine((s) => {
  if (!URL.canParse(s)) return false;
  const u = new URL(s);
  const isLocal = u.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(u.hostname);
  return (u.protocol === "https:" || isLocal) && u.pathname === "/" && u.search === "" && u.hash === "" && u.username === "";
}, "must be https://host[:port] (or http://localhost[:port] for trying out), without a path").transform((s) => new URL(s).origin);

const Environment = z.object({
  MUSTER_DATA: z.string().min(1).default("data").describe("Folder of this Muster: database, files, keys, backups"),
  MUSTER_PORT: Port.default(8080).describe("Port it listens on"),
  MUSTER_HOST: z.string().min(1).default("127.0.0.1").describe("Address it listens on; 0.0.0.0 or :: for all"),
  MUSTER_PUBLIC_URL: Origin.optional().describe("Address people use; stands on certificates. Wins over the one chosen at set-up"),
  MUSTER_CONTENT_URL: Origin.optional().describe("Second address, another host name, from which course content is served"),
  MUSTER_DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\/\S+$/, "must be postgres://user:password@host:port/database").optional().describe("PostgreSQL instead of the embedded SQLite"),
  MUSTER_ADMIN_EMAIL: z.email("must be an e-mail address").optional().describe("First start without the browser: sign-in name of the first administrator"),
  MUSTER_ADMIN_PASSWORD: z.string().min(15, "must have at least 15 characters").max(1_024).optional().describe("First start without the browser: password of the first administrator"),
  MUSTER_METRICS_TOKEN: z.string().min(16, "must have at least 16 characters").optional().describe("Bearer token for /metrics; without it the page does not exist"),
  MUSTER_LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info").describe("debug, info, warn, error or silent"),
  MUSTER_PLUGINS: z.string().optional().describe("Folders of your own plugins, separated by commas"),
  MUSTER_TRUSTED_PROXIES: z.string().optional().describe("Addresses of proxies whose X-Forwarded-For counts, separated by commas"),
});
type Name = keyof z.output<typeof Environment>;
const secretNames: readonly Name[] = ["MUSTER_ADMIN_PASSWORD", "MUSTER_DATABASE_URL", "MUSTER_METRICS_TOKEN"];

/** What each setting is for, with its default; for the catalogue. */
export const settingsOfProcess = (): { readonly name: string; readonly text: string; readonly fallback: string | null; readonly isSecret: boolean }[] =>
  Object.entries(Environment.shape).map(([name, schema]) => ({
    name, text: schema.description ?? "", fallback: schema instanceof z.ZodDefault ? String(schema.def.defaultValue) : null, isSecret: (secretNames as readonly string[]).includes(name),
  }));

export interface Config {
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  /** Undefined: taken from the address it listens on until set-up names one. */
  readonly publicUrl: string | undefined;
  readonly contentUrl: string | undefined;
  readonly databaseUrl: Secret<string> | undefined;
  readonly admin: { readonly email: string; readonly password: Secret<string> } | undefined;
  readonly metricsToken: Secret<string> | undefined;
  readonly logLevel: z.output<typeof Environment>["MUSTER_LOG_LEVEL"];
  readonly pluginDirs: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly without: readonly string[];
}

/** A start that cannot go on: `message` is the one line shown. */
export class ConfigError extends Error {}

function fromFile(path: string): Record<string, unknown> {
  try { return z.record(z.string(), z.union([z.string(), z.number().transform(String)])).parse(JSON.parse(readFileSync(path, "utf8"))); } catch (error) {
    throw new ConfigError(`MUSTER_CONFIG: ${path} cannot be read as a JSON object of strings (${error instanceof Error ? error.message.split("\n")[0] : "unknown"})`);
  }
}

function secretFile(name: string, path: string): string {
  try {
    if ((statSync(path).mode & 0o004) !== 0) throw new ConfigError(`${name}_FILE: ${path} is readable by everybody; chmod it to 0400`);
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${name}_FILE: ${path} cannot be read`);
  }
}

/** Reads and checks the settings; throws `ConfigError`. */
export function readConfig(env: NodeJS.ProcessEnv, without: readonly string[] = []): Config {
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") throw new ConfigError("NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off; Muster does not start with it");
  const raw: Record<string, unknown> = env["MUSTER_CONFIG"] ? fromFile(env["MUSTER_CONFIG"]) : {};
  const known = new Set([...Object.keys(Environment.shape), "MUSTER_CONFIG", "MUSTER_GATE", "MUSTER_BENCH"]);
  for (const name of Object.keys(raw)) if (!known.has(name)) throw new ConfigError(`${name}: there is no such setting (in ${env["MUSTER_CONFIG"]})`);
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !name.startsWith("MUSTER_") || name.startsWith("MUSTER_TEST_")) continue;
    if (known.has(name)) { if (value !== "") raw[name] = value; continue; }
    const plain = name.replace(/_FILE$/, "");
    if (!name.endsWith("_FILE") || !secretNames.includes(plain as Name)) throw new ConfigError(`${name}: there is no such setting`);
    if (env[plain]) throw new ConfigError(`${plain} and ${name} are both set; keep one`);
    raw[plain] = secretFile(plain, value);
  }
  const parsed = Environment.safeParse(Object.fromEntries(Object.entries(raw).filter(([n]) => n in Environment.shape)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${issue?.path.join(".") ?? "settings"}: ${issue?.message ?? "wrong"}`);
  }
  const v = parsed.data;
  if ((v.MUSTER_ADMIN_EMAIL === undefined) !== (v.MUSTER_ADMIN_PASSWORD === undefined)) throw new ConfigError("MUSTER_ADMIN_EMAIL and MUSTER_ADMIN_PASSWORD belong together; set both or none");
  const list = (s: string | undefined): string[] => (s ?? "").split(",").map((p) => p.trim()).filter(Boolean);
  return {
    dataDir: resolve(v.MUSTER_DATA), port: v.MUSTER_PORT, host: v.MUSTER_HOST, publicUrl: v.MUSTER_PUBLIC_URL, contentUrl: v.MUSTER_CONTENT_URL,
    databaseUrl: v.MUSTER_DATABASE_URL === undefined ? undefined : new Secret(v.MUSTER_DATABASE_URL),
    admin: v.MUSTER_ADMIN_EMAIL !== undefined && v.MUSTER_ADMIN_PASSWORD !== undefined ? { email: v.MUSTER_ADMIN_EMAIL, password: new Secret(v.MUSTER_ADMIN_PASSWORD) } : undefined,
    metricsToken: v.MUSTER_METRICS_TOKEN === undefined ? undefined : new Secret(v.MUSTER_METRICS_TOKEN),
    logLevel: v.MUSTER_LOG_LEVEL, pluginDirs: list(v.MUSTER_PLUGINS).map((p) => resolve(p)), trustedProxies: list(v.MUSTER_TRUSTED_PROXIES), without,
  };
}
