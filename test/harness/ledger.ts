/** The kernel with the real ledger, for tests of the ledger itself: a few rows of one kind, and a hand that edits the database past every guard. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { Ctx } from "../../server/kernel/ctx.ts";
import type { Value } from "../../server/kernel/db/database.ts";
import { openKeys, type Keys } from "../../server/kernel/keys.ts";
import type { LedgerState } from "../../server/kernel/module.ts";
import { asSystem, readCtx, type Kernel } from "../../server/kernel/unit.ts";
import { systemActor } from "../../server/kernel/ctx.ts";
import { ledgerPort, startSealer, verifyLedger, type Ledger, type Sealer, type Verification, type VerifyOptions } from "../../server/modules/ledger/index.ts";
import { bareKernel, isPostgres, type BareKernel } from "./kernel.ts";

export interface LedgerWorld {
  readonly kernel: BareKernel;
  readonly keys: Keys;
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  unit<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>;
  /** Writes a setting and its entry. */
  put(name: string, value: unknown, subject?: string): Promise<void>;
  verify(options?: VerifyOptions): Promise<Verification>;
  /** Raw SQL without triggers and foreign keys. */
  forge(...statements: readonly (readonly [sql: string, ...values: Value[]])[]): Promise<void>;
  /** A further process with its own port and sealer. */
  twin(keys?: Keys, epoch?: number): { kernel: Kernel; sealer: Sealer };
  close(): Promise<void>;
}

const state: LedgerState = {
  kind: "setting",
  async page(ctx, afterId, size) {
    const rows = await ctx.db.rows<{ name: string; value: string; row_version: number }>("SELECT name, value, row_version FROM settings WHERE tenant_id = ? AND name > ? ORDER BY name LIMIT ?", [ctx.tenantId, afterId, size]);
    return rows.map((r) => ({ id: r.name, state: { value: JSON.parse(r.value) as unknown, version: r.row_version } }));
  },
};

export async function ledgerWorld(): Promise<LedgerWorld> {
  const bare = await bareKernel();
  mkdirSync(join(bare.home, "data"));
  const keys = openKeys(join(bare.home, "data", "keys"));
  const ledger = ledgerPort(keys, { id: "one", epoch: 1 });
  const kernel: BareKernel = Object.assign(bare, { ledger });
  const sealers: Sealer[] = [];
  const seal = (k: Kernel, of: Keys, port: Ledger, holder: string): Sealer => {
    const sealer = startSealer({ database: k.database, keys: of, clock: k.clock, log: k.log, holder, ledger: port, everyMs: 3_600_000 });
    sealers.push(sealer);
    return sealer;
  };
  const sealer = seal(kernel, keys, ledger, "one");
  const unit = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => asSystem(kernel, "tests", work);
  return {
    kernel, keys, ledger, sealer, unit,
    put: (name, value, subject) => unit(async (ctx) => {
      const [before] = (await state.page(ctx, "", 1_000)).filter((r) => r.id === name).map((r) => r.state as { value: unknown; version: number });
      const version = (before?.version ?? 0) + 1;
      await ctx.db.run("INSERT INTO settings (tenant_id, name, value, updated_at, row_version) VALUES (?,?,?,?,?) ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value, row_version = excluded.row_version",
        [ctx.tenantId, name, JSON.stringify(value), ctx.now, version]);
      ctx.audit("settings.changed", { kind: "setting", id: name, version }, { before: before ?? null, after: { value, version }, reason: `because of ${name}`, ...(subject === undefined ? {} : { subject }) });
    }),
    verify: (options) => verifyLedger(readCtx(kernel, { actor: systemActor("tests"), requestId: "verify" }), keys, [state], options),
    forge: async (...statements) => {
      if (isPostgres()) {
        await kernel.database.unit(async (db) => {
          await db.run("SET LOCAL session_replication_role = replica");
          for (const [sql, ...values] of statements) await db.run(sql, values);
        });
        return;
      }
      const handle = new Sqlite(join(kernel.home, "muster.db"));
      try {
        handle.pragma("foreign_keys = OFF");
        const triggers = handle.prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all();
        for (const t of triggers) handle.exec(`DROP TRIGGER "${t.name}"`);
        for (const [sql, ...values] of statements) handle.prepare(sql).run(...values);
        for (const t of triggers) handle.exec(t.sql);
      } finally { handle.close(); }
    },
    twin: (of = keys, epoch = 2) => {
      const port = ledgerPort(of, { id: "two", epoch });
      const other: Kernel = { ...kernel.twin(), ledger: port };
      return { kernel: other, sealer: seal(other, of, port, `two-${epoch}`) };
    },
    close: async () => {
      for (const s of sealers) await s.stop();
      await kernel.close();
    },
  };
}
