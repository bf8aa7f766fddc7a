/** `muster start`: serve until told to stop; what plugins let escape ends the process in order. */
import { ConfigError, type Config } from "../kernel/config.ts";
import { start, type Running } from "../main.ts";
import { newSetUpToken, setUpFromConfig } from "../modules/appliance/index.ts";

const crashGraceMs = 2_000;

async function greet(running: Running): Promise<void> {
  const { kernel, config } = running;
  if (config.admin && await setUpFromConfig(kernel, config.admin)) process.stdout.write(`Muster was set up; sign in as ${config.admin.email}.\n`);
  const token = await newSetUpToken(kernel.database, kernel.tenantId);
  const { publicUrl } = running.addresses();
  // The secret stands after #, so it reaches no log of a proxy and no Referer.
  process.stdout.write(token === undefined ? `Muster is ready at ${publicUrl}\n` : `Muster is ready. Set it up here (the link works once): ${publicUrl}/console/setup#${token}\n`);
}

/** Resolves to the exit code once Muster has stopped. */
export async function startCommand(config: Config): Promise<number> {
  let running: Running;
  try { running = await start({ config }); } catch (error) {
    const line = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack ?? error.message : String(error);
    process.stderr.write(`Muster did not start: ${line}\n`);
    return 2;
  }
  const ended = Promise.withResolvers<number>();
  let isStopping = false;
  const stop = (code: number, graceMs?: number): void => {
    // A second signal means now.
    if (isStopping) process.exit(code === 0 ? 130 : code);
    isStopping = true;
    running.stop(graceMs).then(() => { ended.resolve(code); }, () => { ended.resolve(1); });
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => { stop(0); });
  const crash = (error: unknown): void => {
    const plugin = running.plugins.charge(error);
    running.kernel.log.fatal({ err: error, ...(plugin === undefined ? {} : { plugin }) }, plugin === undefined ? "Muster met a fault of its own and restarts" : "a plugin let an error escape; Muster restarts");
    if (!isStopping) stop(1, crashGraceMs);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
  try { await greet(running); } catch (error) {
    process.stderr.write(`Muster did not start: ${error instanceof Error ? error.message : String(error)}\n`);
    stop(2, 0);
  }
  const code = await ended.promise;
  process.exit(code);
}
