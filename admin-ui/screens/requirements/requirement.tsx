import { type ReactNode, useState } from "react";
import { Alert, Button, Tabs } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { IconPencil, IconRocket } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { DutyList } from "../../parts/duty-list.tsx";
import { dueText, validityText } from "../../parts/explain.ts";
import { Page } from "../../parts/page.tsx";
import { FactStrip, Panel } from "../../parts/panel.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { StatusBar } from "../../parts/status-bar.tsx";
import { EditionsTab } from "./editions-tab.tsx";
import { RuleTerms } from "./rule-terms.tsx";
import css from "./requirements.module.css";

export function RequirementScreen(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const navigate = useNavigate();
  const { requirementId } = useParams({ from: "/inside/requirements/$requirementId" });
  const [search, change] = useSearchText();
  const [withdrawing, setWithdrawing] = useState(false);
  const query = useQuery({ queryKey: ["requirements", requirementId], queryFn: ({ signal }) => api.requirements.get({ requirementId }, { signal }) });
  const plan = useMutation({
    mutationFn: async () => {
      const open = await api.rollouts.list({ requirementId, state: "draft" });
      const rollout = open.rows[0] ?? await api.rollouts.create({ requirementId }, { idempotencyKey: newKey() });
      return api.rollouts.preview({ rolloutId: rollout.id });
    },
    onSuccess: async (rollout) => { await queryClient.invalidateQueries({ queryKey: ["rollouts"] }); await navigate({ to: "/rollouts/$rolloutId", params: { rolloutId: rollout.id } }); },
  });
  const crumbs = [{ label: t("requirements.title"), link: { to: "/requirements" } as const }];
  if (query.data === undefined) return <Page title={t("requirements.one")} crumbs={crumbs}>{query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading shape="page" />}</Page>;
  const r = query.data;
  const rule = r.live ?? r.draft;
  const x = r.figures;
  return (
    <Page title={r.title} crumbs={crumbs} badge={<><StateBadge state={r.state} />{r.live && r.draft && <Badge tone="accent">{t("requirements.has_draft")}</Badge>}</>} about={r.reason || undefined} actions={(
      <>
        {session.can("requirements.write") && r.state !== "withdrawn" && <Button variant="default" component={Link} to="/requirements/$requirementId/edit" params={{ requirementId } as never} leftSection={<IconPencil size={16} />}>{t("action.change")}</Button>}
        {session.can("requirements.write") && r.state === "live" && <Button variant="subtle" color="danger" onClick={() => setWithdrawing(true)}>{t("requirements.withdraw")}</Button>}
        {session.can("rollouts.write") && r.draft !== null && r.state !== "withdrawn" && <Button leftSection={<IconRocket size={16} />} loading={plan.isPending} onClick={() => plan.mutate()}>{t("requirements.roll_out")}</Button>}
      </>
    )}>
      <Refusal error={plan.error} />
      {r.draft !== null && <Alert color="info" variant="light" title={r.live === null ? t("requirements.draft_only") : t("requirements.draft_beside")}>{t("requirements.draft_text")}</Alert>}
      <FactStrip facts={[
        { label: t("requirements.course"), value: <Link to="/courses/$courseId" params={{ courseId: r.course.id }} className="quiet">{r.course.title}</Link> },
        { label: t("requirements.owed"), value: f.number(x.owed), note: x.owed === 0 ? t("requirements.nobody_yet") : t("requirements.compliant_of", { rate: f.percent(x.compliant / x.owed, 1) }) },
        { label: t("state.overdue"), value: f.number(x.overdue), ...(x.overdue > 0 ? { tone: "danger" as const } : {}) },
        ...(rule ? [{ label: t("duties.due"), value: dueText(t, (d) => f.day(d, false), rule.due) }, { label: t("requirements.validity"), value: validityText(t, rule.validity) }] : []),
      ]} />
      <Tabs value={search["tab"] ?? "overview"} onChange={(tab) => change({ tab: tab ?? undefined, status: undefined, search: undefined })}>
        <Tabs.List mb="lg" aria-label={r.title}>
          <Tabs.Tab value="overview">{t("requirements.tab_overview")}</Tabs.Tab>{session.can("obligations.read") && <Tabs.Tab value="people">{t("requirements.tab_people")}</Tabs.Tab>}<Tabs.Tab value="editions">{t("requirements.tab_editions")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview">
          <div className={css["stack"]}>
            <Panel title={t("requirements.status")}>
              <StatusBar thick parts={[{ id: "c", label: t("state.compliant"), count: x.compliant, tone: "success" }, { id: "o", label: t("state.open"), count: x.open - x.overdue, tone: "rest" }, { id: "x", label: t("state.overdue"), count: x.overdue, tone: "danger" }]} />
            </Panel>
            <div className={css["halves"]}>{r.live && <RuleTerms rule={r.live} title={t("requirements.live_rule", { edition: r.live.edition })} />}{r.draft && <RuleTerms rule={r.draft} title={t("requirements.draft_rule", { edition: r.draft.edition })} />}</div>
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="people"><DutyList fixed={{ requirementId }} /></Tabs.Panel>
        <Tabs.Panel value="editions"><EditionsTab requirementId={requirementId} /></Tabs.Panel>
      </Tabs>
      {withdrawing && <ReasonDialog danger title={t("requirements.withdraw")} about={t("requirements.withdraw_about", { count: x.owed })} button={t("requirements.withdraw")} close={() => setWithdrawing(false)} run={(reason) => api.requirements.withdraw({ requirementId, reason })} />}
    </Page>
  );
}
