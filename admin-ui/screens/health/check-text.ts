import type { Table } from "../../../ui-shared/i18n.ts";

interface Check { readonly code: string; readonly sentence: string; readonly values: Readonly<Record<string, string | number>> }
/** A check by its code; the server's sentence where the catalogue has none. */
export const checkText = (table: Table, c: Check): string => table[c.code]?.(c.values) ?? c.sentence;
