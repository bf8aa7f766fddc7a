/**
 * What SQLite's planner cannot know. Without statistics it takes any condition on the first column of an index for selective,
 * so `tenant_id = ?` (every row!) wins over the real key, and set-based statements become quadratic: an import of 5,000 people
 * took 20 s instead of 2. Measuring (ANALYZE) a small database would be worse once it grows. So each index gets fixed,
 * plausible figures, written after every migration. Partial indexes keep the planner's defaults.
 */
import type { Knex } from "knex";
import type { Db } from "./database.ts";

const rows = 1_000_000;

/** Share of a table's rows with the same value in a column, by the column's name. */
function shareOf(column: string): number {
  if (column === "tenant_id") return 1;
  if (/^(state|verdict|kind|line|level|type|attribute|role|action|is_.*|language|worker_type)$/.test(column)) return 0.2;
  if (/^(org_unit_id|site_id|position|course_id|requirement_id|feed_id|run_id|version_id|actor_id|target_kind)$/.test(column)) return 0.001;
  if (/_(at|on)$/.test(column)) return 0.000_1;
  return column.endsWith("_id") ? 8 / rows : 2 / rows;
}

/** The text of `sqlite_stat1`: rows in all, then rows per value of the first one, two, … columns. */
export function statOf(columns: readonly string[], isUnique: boolean): string {
  let share = 1;
  const per = columns.map((column, i) => {
    share *= shareOf(column);
    return isUnique && i === columns.length - 1 ? 1 : Math.max(1, Math.round(rows * share));
  });
  return [rows, ...per].join(" ");
}

/** Replaces all figures. SQLite reads them when a connection opens the schema. */
export async function informPlanner(db: Knex): Promise<void> {
  await db.raw("ANALYZE sqlite_schema");
  await db.raw("DELETE FROM sqlite_stat1");
  const tables = await db.raw("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") as { name: string }[];
  for (const { name: table } of tables) {
    const indexes = await db.raw(`PRAGMA index_list("${table}")`) as { name: string; unique: number; partial: number }[];
    for (const index of indexes) {
      if (index.partial === 1) continue;
      const columns = await db.raw(`PRAGMA index_info("${index.name}")`) as { name: string | null }[];
      await db.raw("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", [table, index.name, statOf(columns.map((c) => c.name ?? ""), index.unique === 1)]);
    }
  }
}

/**
 * For jobs that fill tables: PostgreSQL believes a table small until its statistics are renewed, and then joins it row by row.
 * Renews them whenever the number of rows written passes another power of four. A unit of its own.
 */
export async function renewStatistics(db: Db, tables: readonly string[], before: number, after: number): Promise<void> {
  const step = (n: number): number => Math.floor(Math.log2(Math.max(n, 63) / 64) / 2);
  if (db.sql.analyze !== "" && step(after) > step(before)) await db.run(`${db.sql.analyze} ${tables.join(", ")}`);
}
