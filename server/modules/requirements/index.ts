/**
 * Requirements: policies of who must hold what, by when, how often. A rule is an immutable edition once it is live;
 * a change is a new edition, and only a rollout makes one live. Never: assigns anybody, deletes an edition.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { change, create, editions, get, list, withdraw } from "./service.ts";
import { find } from "./store.ts";

export { contract };
export { draftTerms, liveTerms, publishRule, termsOf, type Terms } from "./publish.ts";
export { compliantSql, figuresOf, figuresSql, figuresValues, openCycle, overdueSql, owedSql, type FiguresRow } from "./figures.ts";

export const requirementsModule: Module = {
  name: "requirements", contract, failures: fail, emits: ["requirements.withdrawn", "requirements.rule_published"], audits: ["requirements.rule_published"],
  handlers: { list, get, editions, create, change, withdraw } satisfies Handlers<typeof contract>,
  loaders: { requirement: async (ctx, id) => ((await find(ctx, id)) ? { tenantId: ctx.tenantId } : undefined) },
};
