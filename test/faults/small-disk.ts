/** A disk of a few megabytes: a tmpfs of our own as root, else one in a user namespace that a sleeping process holds open. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  /** Where the test finds it. */
  readonly path: string;
  /** Where the server finds it, started with these words in front. */
  readonly inside: string;
  readonly under: readonly string[];
  /** Writes until not one block is left; that others write meanwhile is the point. */
  fill(): void;
  free(): void;
  remove(): void;
}

const options = (megabytes: number): string => `size=${megabytes}m,nr_inodes=2000`;

async function held(dir: string, megabytes: number): Promise<ChildProcess> {
  const holder = spawn("unshare", ["-Urm", "sh", "-c", `mount -t tmpfs -o ${options(megabytes)} none '${dir}' && echo ready && exec sleep 3600`], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    holder.stdout?.once("data", () => { resolve(); });
    holder.once("exit", () => { reject(new Error("a small disk can be made neither by mount (as root) nor by unshare -Urm")); });
  });
  return holder;
}

export async function smallDisk(megabytes: number): Promise<SmallDisk> {
  const dir = mkdtempSync(join(tmpdir(), "muster-disk-"));
  let holder: ChildProcess | undefined;
  try { execFileSync("mount", ["-t", "tmpfs", "-o", options(megabytes), "none", dir], { stdio: "ignore" }); } catch { holder = await held(dir, megabytes); }
  const path = holder ? `/proc/${holder.pid}/root${dir}` : dir;
  const ballast = join(path, "ballast");
  return {
    path, inside: dir, under: holder ? ["nsenter", "-t", String(holder.pid), "-U", "-m", "--preserve-credentials"] : [],
    fill: () => {
      const file = openSync(ballast, "w");
      const block = Buffer.alloc(4_096, 1);
      try { for (;;) writeSync(file, block); } catch (error) { if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error; } finally { closeSync(file); }
    },
    free: () => { rmSync(ballast, { force: true }); },
    remove: () => {
      if (holder) holder.kill("SIGKILL");
      else execFileSync("umount", ["-l", dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
