/**
 * `npm run faults -- [--kills 100] [--engine sqlite|postgres] [--seed N] [--only import,quiz,publish,rollout]`
 * The long form of the kill tests. Exit 0: nothing was lost or done twice; 1: something was; 3: wrong words.
 */
import { parseArgs } from "node:util";
import { kinds, runKills, type Kind } from "./kills.ts";
import { engines, type Engine } from "./scene.ts";

const { values: args } = parseArgs({ options: { kills: { type: "string", default: "100" }, engine: { type: "string" }, seed: { type: "string" }, only: { type: "string" } } });
const kills = Number(args.kills);
const seed = Number(args.seed ?? Math.floor(Math.random() * 1_000_000));
const only = args.only?.split(",");
const wanted = engines.filter((e) => args.engine === undefined || args.engine === e);
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed) || wanted.length === 0 || only?.some((k) => !Object.hasOwn(kinds, k)) === true) {
  process.stderr.write("usage: [--kills N] [--engine sqlite|postgres] [--seed N] [--only import,quiz,publish,rollout]\n");
  process.exit(3);
}
let isWhole = true;
for (const engine of wanted) {
  const report = await runKills({ engine: engine satisfies Engine, kills, seed, say: (line) => { process.stdout.write(`${line}\n`); }, ...(only === undefined ? {} : { only: only as Kind[] }) });
  process.stdout.write(`${JSON.stringify({ ...report, wrong: report.wrong.slice(0, 20) }, null, 1)}\n`);
  isWhole &&= report.wrong.length === 0;
}
process.exit(isWhole ? 0 : 1);
