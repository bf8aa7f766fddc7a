import { createHash } from "node:crypto";
import { Transform, type Readable } from "node:stream";

/** Passes bytes on but holds the last chunk back until the hash is right: damaged bytes never arrive whole. */
export function verified(source: Readable, sha256: string): Readable {
  const hash = createHash("sha256");
  let held: Buffer | undefined;
  const out = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      if (held) this.push(held);
      held = chunk;
      done();
    },
    flush(done) {
      if (hash.digest("hex") !== sha256) { done(new Error(`the stored bytes of ${sha256} are damaged`)); return; }
      if (held) this.push(held);
      done();
    },
    destroy(error, done) { source.destroy(); done(error); },
  });
  source.on("error", (error) => { out.destroy(error); });
  return source.pipe(out);
}
