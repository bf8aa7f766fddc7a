/** Muster as shipped, in its own process, on a given data folder. Prints its port; stops on SIGTERM. */
import { readConfig } from "../../server/kernel/config.ts";
import { start } from "../../server/main.ts";

const running = await start({ config: readConfig({ ...process.env, MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "warn" }) });
process.stdout.write(`${JSON.stringify({ port: running.port, pid: process.pid })}\n`);
process.once("SIGTERM", () => { void running.stop(2_000).then(() => process.exit(0)); });
