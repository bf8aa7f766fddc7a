import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, open, readdir, utimes, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { diskFiles } from "../../plugins/disk/files.ts";
import { filesConformance } from "./files.ts";

const base = mkdtempSync(join(tmpdir(), "muster-files-"));
afterAll(() => { rmSync(base, { recursive: true, force: true }); });
let n = 0;

const disk = async () => {
  const root = join(base, String(n++));
  const files = await diskFiles(root);
  return {
    root, files,
    damage: async (sha256: string) => {
      const handle = await open(join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256), "r+");
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, 1_000);
      await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, bytesRead, 1_000);
      await handle.close();
    },
    leftovers: async () => (await readdir(join(root, "tmp"))).length,
  };
};

describe("disk", () => {
  filesConformance(disk);

  test("a start clears what an ended process left half-written, and spares what is being written", async () => {
    const root = join(base, "stale");
    await mkdir(join(root, "tmp"), { recursive: true });
    await writeFile(join(root, "tmp/old"), "half");
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(root, "tmp/old"), hourAgo, hourAgo);
    await writeFile(join(root, "tmp/fresh"), "half");
    await diskFiles(root);
    expect(await readdir(join(root, "tmp"))).toEqual(["fresh"]);
  });

  test("removing a hostile name touches nothing outside", async () => {
    const { files, root } = await disk();
    await writeFile(join(base, "outside"), "here");
    for (const key of ["../outside", join(base, "outside"), "tmp"]) await files.remove(key);
    expect(existsSync(join(base, "outside"))).toBe(true);
    expect(existsSync(join(root, "tmp"))).toBe(true);
  });

  test("a full disk is said as such and leaves nothing behind", () => {
    // A small file system of our own, in a namespace of its own; needs no root.
    const script = `
      import { readdirSync } from "node:fs";
      import { diskFiles } from ${JSON.stringify(new URL("../../plugins/disk/files.ts", import.meta.url).href)};
      const files = await diskFiles(process.argv[1] + "/files");
      const code = await files.put(Buffer.alloc(4_000_000, 1), 10_000_000).then(() => "stored", (e) => e.code);
      const small = await files.put(Buffer.from("small"), 100).then((s) => s.size, (e) => e.code);
      console.log(JSON.stringify({ code, small, left: readdirSync(process.argv[1] + "/files/tmp").length }));`;
    const dir = join(base, "small");
    const out = execFileSync("unshare", ["-Urm", "sh", "-c", `mkdir -p ${dir} && mount -t tmpfs -o size=1m,nr_inodes=200 none ${dir} && exec "$0" --input-type=module -e "$1" ${dir}`, process.execPath, script], { encoding: "utf8" });
    expect(JSON.parse(out)).toEqual({ code: "request.full", small: 5, left: 0 });
  });
});
