import type { Dialect } from "./columns.ts";
import type { DialectSql } from "./database.ts";

const pgTypes = { text: 'text COLLATE "C"', integer: "bigint", instant: "timestamptz(3)", day: "date", json: "jsonb", flag: "boolean" } as const;

export const dialectSql: Record<Dialect, DialectSql> = {
  sqlite: {
    randomId: "lower(hex(randomblob(16)))",
    rowsOf: (columns) => `(SELECT ${Object.keys(columns).map((n) => `value->>'$.${n}' AS ${n}`).join(", ")} FROM json_each(?) LIMIT -1) AS t`,
    chainsInserts: false, forUpdate: "", forUpdateSkipLocked: "", like: "LIKE", analyze: "", now: "strftime('%Y-%m-%dT%H:%M:%fZ','now')",
    version: "'SQLite ' || sqlite_version()", sizeBytes: "(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size())",
  },
  postgres: {
    randomId: "replace(gen_random_uuid()::text, '-', '')",
    rowsOf: (columns) => `jsonb_to_recordset(?::jsonb) AS t(${Object.entries(columns).map(([n, k]) => `${n} ${pgTypes[k].replace(' COLLATE "C"', "")}`).join(", ")})`,
    chainsInserts: true, forUpdate: "FOR UPDATE", forUpdateSkipLocked: "FOR UPDATE SKIP LOCKED", like: "ILIKE", analyze: "ANALYZE", now: "now()",
    version: "'PostgreSQL ' || current_setting('server_version')", sizeBytes: "pg_database_size(current_database())",
  },
};
