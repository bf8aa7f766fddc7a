/** The door for user interfaces: every module's contract and the typed client. Browser-safe. */
import { client, type Client, type Transport } from "./kernel/client.ts";
import type { Contract } from "./kernel/contract.ts";
import { access } from "./modules/access/contract.ts";
import { appliance } from "./modules/appliance/contract.ts";
import { attempts } from "./modules/attempts/contract.ts";
import { contract as audiences } from "./modules/audiences/contract.ts";
import { contract as certificates } from "./modules/certificates/contract.ts";
import { courses } from "./modules/courses/contract.ts";
import { directory } from "./modules/directory/contract.ts";
import { ledger } from "./modules/ledger/contract.ts";
import { contract as obligations } from "./modules/obligations/contract.ts";
import { people } from "./modules/people/contract.ts";
import { contract as proofs } from "./modules/proofs/contract.ts";
import { contract as reports } from "./modules/reports/contract.ts";
import { contract as requirements } from "./modules/requirements/contract.ts";
import { contract as rollouts } from "./modules/rollouts/contract.ts";
import { settings } from "./modules/settings/contract.ts";

export const contracts = { access, appliance, attempts, audiences, certificates, courses, directory, ledger, obligations, people, proofs, reports, requirements, rollouts, settings };
export type Contracts = typeof contracts;
export type Api = { readonly [M in keyof Contracts]: Client<Contracts[M]> };

/** Typed functions of all modules: `api.courses.publish({ … })`. */
export function connect(transport: Transport, of: { readonly [M in keyof Contracts]: Readonly<Record<string, { readonly method: string; readonly path: string }>> } = contracts): Api {
  return Object.fromEntries(Object.entries(of).map(([name, contract]) => [name, client(contract as Contract, transport)])) as unknown as Api;
}

export { ApiFailure, client, type CallOptions, type Client, type Transport } from "./kernel/client.ts";
