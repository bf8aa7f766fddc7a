/**
 * Audiences: named conditions over the current values of people; each edition is kept for ever.
 * Compiled to one SELECT of members with the reason they belong. Never: keeps a list of members of its own, or decides what they owe.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { preview, values } from "./service.ts";

export { contract };
export { checkNames, compile, conditionsOf, countPeople, define, explanationOf, redefine, sentences, type Audience, type Reading } from "./service.ts";
export type { Sql } from "./select.ts";

export const audiencesModule: Module = {
  name: "audiences", contract, failures: fail, audits: [], emits: [],
  handlers: { preview, values } satisfies Handlers<typeof contract>,
};
