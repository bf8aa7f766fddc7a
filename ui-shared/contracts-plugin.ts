/**
 * Vite plugin: both interfaces know contracts as types; at build `server/api.ts` becomes method and path of each operation
 * plus the client, made by importing the real contracts here. zod never reaches the bundle: the build fails if it does.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const api = `${root}server/api.ts`;
const virtual = "\0muster-contracts";

interface Operation { readonly method: string; readonly path: string; readonly download?: true }
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isOperation = (value: unknown): value is Operation => isRecord(value) && typeof value["method"] === "string" && typeof value["path"] === "string";
const isContract = (value: unknown): value is Record<string, Operation> => isRecord(value) && Object.keys(value).length > 0 && Object.values(value).every(isOperation);

const slim = (contract: Record<string, Operation>): Record<string, Operation> =>
  Object.fromEntries(Object.entries(contract).map(([name, { method, path, download }]) => [name, { method, path, ...(download ? { download } : {}) }]));

/** The text that takes the place of `server/api.ts`. */
export async function contractsModule(at: string = api): Promise<string> {
  const real: unknown = await import(pathToFileURL(at).href);
  if (!isRecord(real)) throw new Error("server/api.ts exports nothing");
  const lines = [`export * from ${JSON.stringify(`${root}server/kernel/client.ts`)};`];
  let count = 0;
  for (const [name, value] of Object.entries(real)) {
    if (isContract(value)) {
      lines.push(`export const ${name} = ${JSON.stringify(slim(value))};`);
      count += 1;
    } else if (isRecord(value) && Object.values(value).length > 0 && Object.values(value).every(isContract)) {
      const all = Object.entries(value).filter((entry): entry is [string, Record<string, Operation>] => isContract(entry[1]));
      lines.push(`export const ${name} = { ${all.map(([module, contract]) => `${JSON.stringify(module)}: ${JSON.stringify(slim(contract))}`).join(", ")} };`);
      count += all.length;
    }
  }
  if (count === 0) throw new Error("server/api.ts exports no contract");
  lines.push(`import { client } from ${JSON.stringify(`${root}server/kernel/client.ts`)};`);
  lines.push("export const connect = (transport, of = contracts) => Object.fromEntries(Object.entries(of).map(([name, contract]) => [name, client(contract, transport)]));");
  return lines.join("\n");
}

export function contracts(): Plugin {
  return {
    name: "muster-contracts",
    enforce: "pre",
    async resolveId(id, importer) {
      if (!id.endsWith("server/api.ts") || importer === undefined) return undefined;
      const found = await this.resolve(id, importer, { skipSelf: true });
      return found?.id === api ? virtual : undefined;
    },
    load: (id) => (id === virtual ? contractsModule() : undefined),
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const guilty = chunk.moduleIds.filter((id) => /[\\/]node_modules[\\/]zod[\\/]|[\\/]contract\.ts$/.test(id));
        if (guilty.length > 0) this.error(`zod or a contract reached a bundle (${chunk.fileName}): ${guilty[0] ?? ""}. Import contracts as types only.`);
      }
    },
  };
}
