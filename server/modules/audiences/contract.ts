import { z } from "zod";
import { Id, Label, endpoint } from "../../kernel/contract.ts";

const ids = z.array(Id).min(1).max(1_000);

/** One way to belong. Several are joined by "or". */
export const Branch = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("everyone") }),
  z.strictObject({ kind: z.literal("org_units"), ids, withBelow: z.boolean() }),
  z.strictObject({ kind: z.literal("positions"), values: z.array(Label(200)).min(1).max(500) }),
  z.strictObject({ kind: z.literal("roles"), codes: z.array(z.string().regex(/^[a-z_]{1,40}$/)).min(1).max(20) }),
  z.strictObject({ kind: z.literal("people"), ids: z.array(Id).min(1).max(5_000) }),
]);
export type Branch = z.output<typeof Branch>;
export const Condition = z.strictObject({ any: z.array(Branch).min(1).max(20) });
export type Condition = z.output<typeof Condition>;

/** Why somebody belongs: the words of the rule as they stood, for a sentence in any language. */
export const Explanation = z.strictObject({
  kind: z.enum(["everyone", "org_unit", "position", "role", "person", "by_hand"]),
  id: z.string().nullable(),
  /** Name of the org unit, the position, the role's code; null for everyone and for a person by name. */
  name: z.string().nullable(),
  withBelow: z.boolean(),
});
export type Explanation = z.output<typeof Explanation>;

/** A condition in words: one part per branch, joined by "or". Names beyond the first 20 are only counted. */
export const Sentence = z.array(z.strictObject({
  kind: z.enum(["everyone", "org_units", "positions", "roles", "people"]),
  names: z.array(z.string()), count: z.int(), withBelow: z.boolean(),
}));
export type Sentence = z.output<typeof Sentence>;

const Member = z.strictObject({ personId: Id, displayName: z.string(), orgUnit: z.string().nullable(), position: z.string().nullable(), why: Explanation });

export const contract = {
  preview: endpoint({
    method: "POST", path: "/api/audiences/preview", permission: "requirements.read", summary: "Counts and samples the people a condition would match now",
    audit: { none: "a question that changes nothing" },
    input: z.strictObject({ condition: Condition }),
    output: z.strictObject({ peopleCount: z.int(), sentence: Sentence, sample: z.array(Member) }),
  }),
  values: endpoint({
    method: "GET", path: "/api/audiences/values", permission: "requirements.read", summary: "What conditions can name: org units, positions and roles with their head counts",
    input: z.strictObject({}),
    output: z.strictObject({
      orgUnits: z.array(z.strictObject({ id: Id, name: z.string(), path: z.string(), parentId: Id.nullable(), peopleCount: z.int() })),
      positions: z.array(z.strictObject({ value: z.string(), peopleCount: z.int() })),
      roles: z.array(z.strictObject({ code: z.string(), peopleCount: z.int() })),
    }),
  }),
};
