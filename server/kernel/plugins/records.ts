import type { Clock } from "../clock.ts";
import type { Database, Row } from "../db/database.ts";
import { instant, json, table, text } from "../db/columns.ts";
import { kernelFailures } from "../errors.ts";
import type { PluginRecords } from "./types.ts";

const records = table("plugin_records", { pluginId: text(), key: text(), value: json(), updatedAt: instant() });
const maxBytes = 65_536;

/** Rows of one plugin: no call reaches another's, whatever the key. */
export function pluginRecords(database: Database, clock: Clock, pluginId: string): PluginRecords {
  const checked = (key: string): string => {
    if (key.length === 0 || key.length > 200 || key.includes("\0") || !key.isWellFormed()) throw kernelFailures.invalid({}, "A key has 1 to 200 characters.");
    return key;
  };
  return {
    async get(key) {
      const [row] = await database.read.rows<Row>("SELECT value FROM plugin_records WHERE plugin_id = ? AND key = ?", [pluginId, checked(key)]);
      return row && records.fromRow(row).value;
    },
    async set(key, value) {
      const text = JSON.stringify(value ?? null);
      if (Buffer.byteLength(text) > maxBytes) throw kernelFailures.too_large({}, `A record holds at most ${maxBytes} bytes.`);
      await database.unit((db) => db.run(`INSERT INTO plugin_records (plugin_id, key, value, updated_at) VALUES (?,?,?,?)
        ON CONFLICT (plugin_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, [pluginId, checked(key), text, clock.now()]));
    },
    async remove(key) { await database.unit((db) => db.run("DELETE FROM plugin_records WHERE plugin_id = ? AND key = ?", [pluginId, checked(key)])); },
    async keys(prefix = "") {
      const rows = await database.read.rows<{ key: string }>("SELECT key FROM plugin_records WHERE plugin_id = ? AND substr(key, 1, ?) = ? ORDER BY key", [pluginId, [...prefix].length, prefix]);
      return rows.map((r) => r.key);
    },
  };
}
