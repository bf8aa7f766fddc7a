import { z } from "zod";
import { endpoint, Label, Language, Nothing, Text, Zone } from "../../kernel/contract.ts";

/** sRGB colour as `#rrggbb`, small letters. */
export const Colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, "is not a colour like #1d4ed8").transform((s) => s.toLowerCase());
/** Printed under the signature on certificates, e.g. "Dr. Ada Berg, Head of Training"; empty prints none. */
const SignatureLine = Text(200).transform((s) => s.trim()).refine((s) => !/[\u0000-\u001f\u007f\u2028\u2029]/.test(s), "must be one line");

export const Company = z.strictObject({
  name: z.string(), zone: z.string(), language: Language, accent: z.string(), signatureLine: z.string(),
  /** Where people reach Muster; set by the operator, shown here only. */
  publicUrl: z.string().nullable(),
  /** Send it back with a change. */
  rowVersion: z.int(),
});
export type Company = z.output<typeof Company>;

export const settings = {
  company: endpoint({
    method: "GET", path: "/api/settings/company", permission: "settings.read", summary: "Name, default zone and language, brand and certificate signature", input: Nothing, output: Company,
  }),
  changeCompany: endpoint({
    method: "PUT", path: "/api/settings/company", permission: "settings.write", audit: "settings.changed", summary: "Changes them; all fields are sent",
    input: z.strictObject({ name: Label(200), zone: Zone, language: Language, accent: Colour, signatureLine: SignatureLine, rowVersion: z.int().min(0), reason: Label(500).optional() }), output: Company,
  }),
  brand: endpoint({
    method: "GET", path: "/api/settings/brand", permission: "public", summary: "What the sign-in page shows before anybody is signed in",
    input: Nothing, output: z.strictObject({ name: z.string(), language: Language, accent: z.string() }),
  }),
};
