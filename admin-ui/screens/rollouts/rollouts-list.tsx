import type { ReactNode } from "react";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconRocket } from "@tabler/icons-react";
import { api, type RolloutRow } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { Page } from "../../parts/page.tsx";
import { ProgressLine } from "../../parts/progress-line.tsx";
import { Answered, Empty } from "../../parts/states.tsx";

const states = ["draft", "running", "paused", "done", "failed", "rolled_back"] as const;

export function RolloutsList(): ReactNode {
  const { t, f } = useI18n();
  const [search, change] = useSearchText();
  const query = useQuery({
    queryKey: ["rollouts", "list", search], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.rollouts.list(given({ ...paging(search), search: search["search"], state: pick(states, search["state"]) }), { signal }),
    refetchInterval: (q): number | false => (q.state.data?.rows.some((r) => r.state === "running") ? 1_500 : false),
  });
  return (
    <Page title={t("rollouts.title")} about={t("rollouts.about")}>
      <FilterBar placeholder={t("rollouts.search")} filters={[{ key: "state", label: t("people.state"), options: states.map((s) => ({ value: s, label: t(`state.${s}`) })) }]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconRocket size={26} />} title={search["state"] || search["search"] ? t("list.no_match") : t("rollouts.empty")} action={<Button component={Link} to="/requirements" variant="default">{t("rollouts.to_requirements")}</Button>}>{t("rollouts.empty_text")}</Empty>)}>
        {(a) => (
          <DataList<RolloutRow> id="rollouts" label={t("rollouts.title")} rows={a.rows} rowKey={(r) => r.id} link={(r) => ({ to: "/rollouts/$rolloutId", params: { rolloutId: r.id } })} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }}
            columns={[
              { id: "title", header: t("rollouts.one"), cell: (r) => <span><bdi>{r.title}</bdi><small style={{ display: "block", color: "var(--mu-text-faint)", fontWeight: 400 }}>{t("requirements.edition", { edition: r.edition })}</small></span> },
              { id: "state", header: t("people.state"), cell: (r) => <StateBadge state={r.state} />, phone: "badge" },
              { id: "people", header: t("rollouts.people"), end: true, cell: (r) => f.number(r.peopleCount) },
              { id: "progress", header: t("rollouts.progress"), width: "220px", cell: (r) => (r.state === "draft" ? "–" : <ProgressLine done={r.doneCount} total={r.peopleCount} quiet={r.state === "done"} />) },
              { id: "started", header: t("rollouts.started"), cell: (r) => f.instant(r.startedAt) }, { id: "finished", header: t("rollouts.finished"), cell: (r) => f.instant(r.finishedAt), phone: "none" },
            ]} />
        )}
      </Answered>
    </Page>
  );
}
