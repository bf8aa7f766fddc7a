/**
 * Certificates: frozen, numbered documents about one proof for one requirement.
 * Number, names, dates and hashes are fixed at issue; the PDF is rendered once right after and its bytes are fixed by hash.
 * A certificate is revoked or restored with a reason, never altered; a renewal is a new number.
 */
import { dayIn } from "./rules.ts";
import type { Handlers, LedgerState, Loader, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { renderJob } from "./jobs.ts";
import { ledgerState } from "./rules.ts";
import * as service from "./service.ts";
import * as store from "./store.ts";

export { issue, revokeOfProof, type Issue, type Issued } from "./service.ts";
export { languageOf, readWords, verifyPage } from "./page.ts";
export { dayIn };

const certificate: Loader = async (ctx, id) => store.find(ctx, id);
const states: LedgerState[] = [{
  kind: "certificate",
  page: async (ctx, afterId, size) => (await store.pageById(ctx, afterId, size)).map((c) => ({ id: c.id, state: ledgerState(c) })),
}];
const handlers: Handlers<typeof contract> = {
  mine: service.mine, mineOne: service.mineOne, minePdf: service.minePdf, list: service.list, get: service.get, pdf: service.pdf, revoke: service.revoke, restore: service.restore, verify: service.verify,
};

/** `format` gives the worker module of the installed certificate format. */
export const certificatesModule = (format: () => URL): Module => ({
  name: "certificates", contract, handlers, failures: fail, loaders: { certificate }, jobs: { "certificates.render": renderJob(format) }, states,
  emits: ["certificates.issued", "certificates.revoked", "certificates.restored"], audits: ["certificates.issued", "certificates.rendered"],
});
