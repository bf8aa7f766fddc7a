/** Work nobody asked for: accounts follow employments, old rows go, guessing across many names is noticed. */
import { shiftInstant } from "../../kernel/clock.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import { on, type EventHandler } from "../../kernel/events.ts";
import type { Schedule } from "../../kernel/jobs/types.ts";
import type { PeopleChanged } from "../people/index.ts";
import { failingNames, forgetOld } from "./limiter.ts";
import { endWithEmployment, resumeWithEmployment } from "./service/accounts.ts";

const dayMs = 86_400_000;
/** So many different names failing within ten minutes is no bad morning. */
const sprayNames = 200;

export const events: readonly EventHandler[] = [
  on<PeopleChanged>("people.changed", "access.follow_employments", async (ctx, { personIds, endedPersonIds }) => {
    for (const personId of await accountsOf(ctx, endedPersonIds, "ended")) await endWithEmployment(ctx, personId);
    for (const personId of await accountsOf(ctx, personIds, "resumed")) await resumeWithEmployment(ctx, personId);
  }),
];

/** Of these people: whose account is open though the last employment has ended, or ended with an employment though there is one again. */
async function accountsOf(ctx: Ctx, personIds: readonly string[], now: "ended" | "resumed"): Promise<readonly string[]> {
  if (personIds.length === 0) return [];
  const rows = await ctx.db.rows<{ person_id: string }>(
    `SELECT a.person_id FROM accounts a WHERE a.tenant_id = ? AND ${now === "ended" ? "a.state = 'active' AND NOT" : "a.state = 'ended' AND a.end_cause = 'employment' AND"}
       EXISTS (SELECT 1 FROM employments e WHERE e.person_id = a.person_id AND e.state = 'active')
       AND a.person_id IN (SELECT t.id FROM ${ctx.db.sql.rowsOf({ id: "text" })}) ORDER BY a.person_id`, [ctx.tenantId, JSON.stringify(personIds.map((id) => ({ id })))]);
  return rows.map((r) => r.person_id);
}

export const schedules: readonly Schedule[] = [
  {
    name: "access.forget_old_logins", cron: "17 2 * * *", actor: "access",
    async run(ctx) {
      await ctx.db.run("DELETE FROM logins WHERE expires_at < ?", [shiftInstant(ctx.now, -30 * dayMs)]);
      await ctx.db.run("DELETE FROM account_credentials WHERE kind IN ('device', 'start_link') AND expires_at < ?", [shiftInstant(ctx.now, -90 * dayMs)]);
      await forgetOld(ctx.db, shiftInstant(ctx.now, -30 * dayMs));
    },
  },
  {
    name: "access.watch_sign_ins", cron: "*/10 * * * *", actor: "access",
    async run(ctx) {
      const names = await failingNames(ctx.db, shiftInstant(ctx.now, -600_000));
      if (names < sprayNames) return;
      ctx.audit("access.spray_suspected", { kind: "sign_in", id: ctx.newId() }, { after: { names } });
      ctx.emit("access.spray_suspected", { names });
      ctx.log.warn({ names }, "sign-ins failed for many different names within ten minutes");
    },
  },
];
