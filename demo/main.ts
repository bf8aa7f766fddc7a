/** `npm run demo`: Muster with the demo company, in data/demo unless MUSTER_DATA says otherwise. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readConfig } from "../server/kernel/config.ts";
import { steppedClock, systemClock } from "../server/kernel/clock.ts";
import { refuseStart, start } from "../server/main.ts";
import { demoPassword, demoRoles, seedDemo } from "./seed.ts";

const dataDir = resolve(process.env["MUSTER_DATA"] ?? "data/demo");
const done = join(dataDir, "demo-ready");
const config = () => readConfig({ MUSTER_LOG_LEVEL: "warn", ...process.env, MUSTER_DATA: dataDir });

try {
  if (!existsSync(done)) {
    if (existsSync(dataDir) && existsSync(join(dataDir, "muster.db"))) {
      if (process.env["MUSTER_DATA"]) throw new Error(`${dataDir} holds another Muster; the demo needs a folder of its own`);
      rmSync(dataDir, { recursive: true });
    }
    process.stdout.write("Making the demo company (once, about half a minute) …\n");
    mkdirSync(dataDir, { recursive: true });
    const until = systemClock.now();
    const clock = steppedClock(new Date(systemClock.ms() - 63 * 86_400_000).toISOString());
    const seeding = await start({ config: config(), clock, background: false });
    await seedDemo(seeding, clock, until);
    await seeding.stop(1_000);
    writeFileSync(done, "");
  }
  const running = await start({ config: config() });
  process.stdout.write(`\nMuster with the demo company: ${running.addresses().publicUrl} (console: ${running.addresses().publicUrl}/console/)\nEverybody's password: ${demoPassword}\n`);
  for (const { role, email } of demoRoles) if (email !== "") process.stdout.write(`  ${role.padEnd(14)} ${email}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => { void running.stop().then(() => process.exit(0)); });
} catch (error) {
  refuseStart(error);
}
