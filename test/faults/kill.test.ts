import { expect, test } from "vitest";
import { runKills } from "./kills.ts";
import { engines } from "./scene.ts";

/** `MUSTER_TEST_KILLS=100` for the long form, `MUSTER_TEST_SEED` to have a failed run again. */
const kills = Number(process.env["MUSTER_TEST_KILLS"] ?? 7);
const seed = Number(process.env["MUSTER_TEST_SEED"] ?? Math.floor(Math.random() * 1_000_000));

test.each(engines)("killed again and again on %s, nothing acknowledged is lost and nothing happens twice", async (engine) => {
  const lines: string[] = [];
  const report = await runKills({ engine, kills, seed, say: (line) => { lines.push(line); } });
  expect(report.wrong, `seed ${seed}; again with MUSTER_TEST_SEED=${seed}\n${lines.join("\n")}`).toEqual([]);
  process.stdout.write(`${engine}: ${report.kills} kills (seed ${seed}) met ${JSON.stringify(report.met)}; ${report.lost} of ${report.sent} answers were lost and asked for again\n`);
  expect(Object.values(report.met).reduce((a, b) => a + b, 0)).toBeGreaterThan(kills);
}, 120_000 + kills * 20_000);
