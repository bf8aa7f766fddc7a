import type { Table } from "../../ui-shared/i18n.ts";

/** A job in words; its own name where there are none (jobs of plugins). */
export const jobName = (table: Table, kind: string): string => table[`job.${kind}`]?.() ?? kind;
