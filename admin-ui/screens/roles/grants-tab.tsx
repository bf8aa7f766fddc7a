import { type ReactNode, useState } from "react";
import { Button, Stack } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconShield } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { roleName } from "../../parts/explain.ts";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";

const roles = ["administrator", "hr", "author", "manager", "auditor", "learner"] as const;

export function GrantsTab(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const [ending, setEnding] = useState<string | null>(null);
  const query = useQuery({ queryKey: ["access", "grants", search], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.access.grants(given({ ...paging(search), search: search["search"], role: pick(roles, search["role"]), state: pick(["active", "ended", "all"], search["state"]) }), { signal }) });
  return (
    <Stack>
      <FilterBar placeholder={t("people.search")} filters={[{ key: "role", label: t("access.role"), options: roles.map((r) => ({ value: r, label: roleName(t, r) })) }, { key: "state", label: t("people.state"), options: [{ value: "active", label: t("state.active") }, { value: "ended", label: t("state.ended") }, { value: "all", label: t("people.state_all") }] }]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconShield size={26} />} title={t("list.no_match")} />)}>
        {(a) => (
          <DataList id="grants" label={t("roles.tab_grants")} rows={a.rows} rowKey={(g) => g.id} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }} stale={query.isPlaceholderData} link={(g) => ({ to: "/people/$personId", params: { personId: g.personId }, search: { tab: "access" } as never })}
            columns={[
              { id: "person", header: t("people.one"), cell: (g) => <bdi>{g.personName}</bdi> }, { id: "role", header: t("access.role"), cell: (g) => roleName(t, g.role) }, { id: "scope", header: t("roles.scope"), cell: (g) => t(`scope.${g.scope}`) },
              { id: "from", header: t("filter.from"), cell: (g) => f.day(g.validFrom, false) }, { id: "to", header: t("access.until"), cell: (g) => f.day(g.validTo, false), phone: "none" }, { id: "reason", header: t("reason.label"), cell: (g) => g.reason ?? "–" }, { id: "state", header: t("people.state"), cell: (g) => <StateBadge state={g.endedAt === null ? "active" : "ended"} />, phone: "badge" },
              ...(session.can("access.write") ? [{ id: "act", header: t("action.actions"), cell: (g: (typeof a.rows)[number]) => (g.endedAt === null ? <Button size="compact-sm" variant="subtle" color="danger" onClick={() => setEnding(g.id)}>{t("access.take_back")}</Button> : null) }] : []),
            ]} />
        )}
      </Answered>
      {ending !== null && <ReasonDialog danger title={t("access.take_back")} about={t("access.take_back_about")} button={t("access.take_back")} close={() => setEnding(null)} run={(reason) => api.access.endGrant({ grantId: ending, reason })} />}
    </Stack>
  );
}
