/** Pure: what a company is when nobody has chosen anything, and what the ledger says about it. */
import { z } from "zod";
import { Colour, type Company } from "./contract.ts";

export const Look = z.object({ accent: Colour, signatureLine: z.string() });
export type Look = z.output<typeof Look>;
export const firstLook: Look = { accent: "#0f766e", signatureLine: "" };

export const ledgerState = ({ name, zone, language, accent, signatureLine }: Pick<Company, "name" | "zone" | "language" | "accent" | "signatureLine">) => ({ name, zone, language, accent, signatureLine });

/** Names of the fields that differ. */
export const changedFields = (before: ReturnType<typeof ledgerState>, after: ReturnType<typeof ledgerState>): string[] =>
  (Object.keys(after) as (keyof typeof after)[]).filter((k) => before[k] !== after[k]);
