import type { Ctx } from "../../kernel/ctx.ts";
import { code, count, id, instant, json, ref, table, text } from "../../kernel/db/columns.ts";

type Reading = Pick<Ctx, "db" | "tenantId">;

const tenants = table("tenants", { id: id(), name: text(), zone: text(), language: code("en", "de", "ar"), state: text() });
const rows = table("settings", { tenantId: ref(), name: text(), value: json(), updatedAt: instant(), rowVersion: count() });

export interface Tenant { readonly id: string; readonly name: string; readonly zone: string; readonly language: "en" | "de" | "ar"; readonly state: string }

export async function tenant({ db, tenantId }: Reading): Promise<Tenant> {
  const [row] = await db.rows(`SELECT ${tenants.select().join(", ")} FROM tenants WHERE id = ?`, [tenantId]);
  if (!row) throw new Error(`there is no tenant ${tenantId}`);
  return tenants.fromRow(row);
}

export async function changeTenant({ db, tenantId }: Reading, t: Pick<Tenant, "name" | "zone" | "language">): Promise<void> {
  await db.run("UPDATE tenants SET name = ?, zone = ?, language = ? WHERE id = ?", [t.name, t.zone, t.language, tenantId]);
}

export async function find({ db, tenantId }: Reading, name: string): Promise<{ value: unknown; rowVersion: number } | undefined> {
  const [row] = await db.rows(`SELECT ${rows.select().join(", ")} FROM settings WHERE tenant_id = ? AND name = ?`, [tenantId, name]);
  return row && rows.fromRow(row);
}

/** False when the row is no longer the one that was read (version 0: there was none). */
export async function put(ctx: Ctx, name: string, value: unknown, before: number): Promise<boolean> {
  const text_ = JSON.stringify(value);
  return (before === 0
    ? await ctx.db.run("INSERT INTO settings (tenant_id, name, value, updated_at, row_version) VALUES (?,?,?,?,1) ON CONFLICT DO NOTHING", [ctx.tenantId, name, text_, ctx.now])
    : await ctx.db.run("UPDATE settings SET value = ?, updated_at = ?, row_version = row_version + 1 WHERE tenant_id = ? AND name = ? AND row_version = ?", [text_, ctx.now, ctx.tenantId, name, before])) === 1;
}

export async function publicUrl({ db }: Reading): Promise<string | null> {
  const [row] = await db.rows<{ value: string }>("SELECT value FROM instance_facts WHERE name = 'public_url'");
  return row?.value ?? null;
}
