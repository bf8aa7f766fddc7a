import type { JobHandler } from "../../kernel/jobs/types.ts";
import { Readable } from "node:stream";
import type { CertificateRecord } from "./contract.ts";
import { ledgerState } from "./rules.ts";
import * as store from "./store.ts";

const maxBytes = 16 * 1024 * 1024;

/** Renders the document from the frozen record in a worker and fixes its bytes by hash, once. `format` is the module of the certificate format. */
export const renderJob = (format: () => URL): JobHandler => ({
  actor: "certificates",
  atOnce: 1,
  async run(job) {
    const { certificateId } = job.payload as { certificateId: string };
    const found = await job.unit(async (ctx) => ({ value: await store.find(ctx, certificateId) }));
    if (!found || found.pdfState === "ready") return { state: "already" };
    const record = JSON.parse(found.record.toString("utf8")) as CertificateRecord;
    const bytes = await job.workers.run<Uint8Array>(format(), { record }, { threads: 1, timeoutMs: 600_000, isBackground: true });
    const stored = await job.files.put(Readable.from([Buffer.from(bytes)]), maxBytes);
    await job.unit(async (ctx) => {
      const current = await store.find(ctx, certificateId);
      if (current && await store.fixPdf(ctx, certificateId, stored.sha256) === 1) {
        await ctx.db.run("INSERT INTO blobs (sha256, size, type, created_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING", [stored.sha256, stored.size, "application/pdf", ctx.now]);
        ctx.audit("certificates.rendered", { kind: "certificate", id: certificateId, version: current.rowVersion + 1 },
          { subject: current.personId, before: ledgerState(current), after: ledgerState({ ...current, pdfSha256: stored.sha256 }) });
      }
      return { value: null };
    });
    return { sha256: stored.sha256, size: stored.size };
  },
  async ended(ctx, payload) {
    await store.failPdf(ctx, (payload as { certificateId: string }).certificateId);
  },
});
