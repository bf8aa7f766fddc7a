/**
 * Members as one portable SELECT over the current values of people and employments (the cache of their facts),
 * so that counting, previewing, assigning and ending use the same statement.
 */
import type { Db, Value } from "../../kernel/db/database.ts";
import type { Keys } from "./rules.ts";

export interface Sql { readonly sql: string; readonly values: readonly Value[] }

const active = "p.state = 'active'";

/**
 * Rows of (person_id, employment_id, rank): one per active employment that matches, or one without an employment for people
 * named or holding a role. `among` is a SELECT of one column `person_id` that limits whom to look at.
 */
function ranked(db: Db, tenantId: string, today: string, keys: Keys, among: Sql | null): Sql {
  const parts: string[] = [];
  const values: Value[] = [];
  // CROSS JOIN keeps the order on SQLite, which has no statistics: the few people of a unit first, then their employments.
  const from = among ? `(${among.sql}) x CROSS JOIN people p` : "people p";
  const where = (more: string): string => `${among ? "p.id = x.person_id AND " : ""}p.tenant_id = ? AND ${active}${more}`;
  const listed = (rows: readonly { value: string; rank: number }[]): string => {
    values.push(JSON.stringify(rows));
    return `(SELECT * FROM ${db.sql.rowsOf({ value: "text", rank: "integer" })}) k`;
  };
  const scope = (): void => { values.push(tenantId); };
  const start = (): void => { if (among) values.push(...among.values); };
  if (keys.everyone !== null) {
    start(); scope();
    parts.push(`SELECT p.id AS person_id, e.id AS employment_id, ${keys.everyone} AS rank FROM ${from} JOIN employments e ON e.person_id = p.id AND e.state = 'active' WHERE ${where("")}`);
  }
  const byEmployment = (column: string, rows: Keys["orgUnits"]): void => {
    if (rows.length === 0) return;
    start();
    const list = listed(rows);
    scope();
    parts.push(`SELECT p.id AS person_id, e.id AS employment_id, k.rank AS rank FROM ${from} JOIN employments e ON e.person_id = p.id AND e.state = 'active' JOIN ${list} ON k.value = e.${column} WHERE ${where("")}`);
  };
  byEmployment("org_unit_id", keys.orgUnits);
  byEmployment("position", keys.positions);
  if (keys.roles.length > 0) {
    start();
    values.push(today, today);
    const list = listed(keys.roles);
    scope();
    parts.push(`SELECT p.id AS person_id, e.id AS employment_id, k.rank AS rank FROM ${from} JOIN grants g ON g.person_id = p.id AND g.ended_at IS NULL AND g.valid_from <= ? AND (g.valid_to IS NULL OR g.valid_to >= ?)
      JOIN ${list} ON k.value = g.role LEFT JOIN employments e ON e.person_id = p.id AND e.state = 'active' WHERE ${where("")}`);
  }
  if (keys.people.length > 0) {
    start();
    const list = listed(keys.people);
    scope();
    parts.push(`SELECT p.id AS person_id, e.id AS employment_id, k.rank AS rank FROM ${from} JOIN ${list} ON k.value = p.id LEFT JOIN employments e ON e.person_id = p.id AND e.state = 'active' WHERE ${where("")}`);
  }
  const all = parts.join("\nUNION ALL\n");
  // Everyone alone cannot repeat an employment.
  return parts.length === 1 && keys.everyone !== null ? { sql: all, values } : { sql: `SELECT person_id, employment_id, min(rank) AS rank FROM (${all}) u GROUP BY person_id, employment_id`, values };
}

/** Rows of (person_id, employment_id, explanation). */
export function membersSelect(db: Db, tenantId: string, today: string, keys: Keys, among: Sql | null): Sql {
  const members = ranked(db, tenantId, today, keys, among);
  const explanations = JSON.stringify(keys.explanations.map((explanation, rank) => ({ rank, explanation })));
  return {
    sql: `SELECT m.person_id, m.employment_id, w.explanation FROM (${members.sql}) m JOIN (SELECT * FROM ${db.sql.rowsOf({ rank: "integer", explanation: "json" })}) w ON w.rank = m.rank`,
    values: [...members.values, explanations],
  };
}
