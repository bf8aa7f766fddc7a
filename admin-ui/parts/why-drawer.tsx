/** "Why": the chain of reasons behind one duty, and its rounds. */
import type { ReactNode } from "react";
import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../app/api.ts";
import { useI18n } from "../app/i18n.tsx";
import { StateBadge } from "./badge.tsx";
import { DueDay } from "./due-day.tsx";
import { DutyBadge } from "./duty-badge.tsx";
import { dueText, reasonText, validityText } from "./explain.ts";
import { Pairs } from "./panel.tsx";
import { Answered } from "./states.tsx";
import css from "./why-drawer.module.css";

export function WhyDrawer({ obligationId, close }: { readonly obligationId: string; readonly close: () => void }): ReactNode {
  const { t, f } = useI18n();
  const query = useQuery({ queryKey: ["obligations", obligationId, "why"], queryFn: ({ signal }) => api.obligations.why({ obligationId }, { signal }) });
  return (
    <Drawer opened onClose={close} position="right" size="lg" title={t("why.title")}>
      <Answered query={query} shape="form">
        {(w) => (
          <div className={css["why"]}>
            <header><h2>{w.requirement.title}</h2><DutyBadge status={w.status} flags={w.flags} /></header>
            {w.requirement.reason !== "" && <p className={css["soft"]}>{w.requirement.reason}</p>}
            <section><h3>{t("why.reasons")}</h3>
              <ul>{w.reasons.map((r) => (
                <li key={r.id} data-ended={r.endedAt !== null || undefined}>
                  <b>{reasonText(t, r.explanation)}</b>
                  <small>{[r.employment?.position, r.employment?.orgUnit, r.employment?.site].filter(Boolean).join(" · ")}</small>
                  <small>{r.endedAt === null ? t("why.since", { time: f.instant(r.startedAt) }) : t("why.ended", { time: f.instant(r.endedAt) })}</small>
                  {r.note !== null && <small>{r.note === "floor" ? t("why.floor") : t("why.no_hire_date")}</small>}
                </li>
              ))}</ul>
            </section>
            {w.rule && (
              <section><h3>{t("why.rule", { edition: w.rule.edition })}</h3>
                <Pairs pairs={[[t("duties.due"), dueText(t, (d) => f.day(d), w.rule.due)], [t("requirements.validity"), validityText(t, w.rule.validity)], [t("requirements.grace"), t("days", { count: w.rule.graceDays })], [t("requirements.window"), t("days", { count: w.rule.windowDays })]]} />
              </section>
            )}
            <section><h3>{t("why.rounds")}</h3>
              <ul>{w.cycles.toReversed().map((c) => (
                <li key={c.id}><b>{t("why.round", { number: c.number })}</b> <StateBadge state={c.isRevoked ? "revoked" : (c.closeCode ?? "open")} />
                  <small>{t("why.opened", { time: f.instant(c.openedAt) })}</small><DueDay due={c.due} />
                  {c.validThroughOn !== null && <small>{t("why.valid_through", { day: f.day(c.validThroughOn) })}</small>}
                </li>
              ))}</ul>
            </section>
          </div>
        )}
      </Answered>
    </Drawer>
  );
}
