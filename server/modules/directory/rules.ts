/** Pure decisions of the import; see the files in rules/. */
export * from "./rules/compare.ts";
export * from "./rules/dates.ts";
export * from "./rules/reasons.ts";
export * from "./rules/row.ts";
export * from "./rules/targets.ts";
export * from "./rules/whole.ts";
