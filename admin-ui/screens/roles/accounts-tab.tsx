import type { ReactNode } from "react";
import { Stack } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconKey } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { roleName } from "../../parts/explain.ts";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { PersonName } from "../../parts/person.tsx";
import { Answered, Empty } from "../../parts/states.tsx";

const roles = ["administrator", "hr", "author", "manager", "auditor", "learner"] as const;

export function AccountsTab(): ReactNode {
  const { t, f } = useI18n();
  const [search, change] = useSearchText();
  const query = useQuery({
    queryKey: ["access", "accounts", search], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.access.accounts(given({ ...paging(search), search: search["search"], state: pick(["active", "ended", "all"], search["state"]), password: pick(["with", "without"], search["password"]), role: pick(roles, search["role"]), sort: pick(["name", "-lastSignedIn"], search["sort"]) }), { signal }),
  });
  return (
    <Stack>
      <FilterBar placeholder={t("people.search")} filters={[
        { key: "role", label: t("access.role"), options: roles.map((r) => ({ value: r, label: roleName(t, r) })) }, { key: "password", label: t("sign_in.password"), options: [{ value: "with", label: t("roles.with_password") }, { value: "without", label: t("roles.without_password") }] },
        { key: "state", label: t("people.state"), options: [{ value: "active", label: t("state.active") }, { value: "ended", label: t("state.ended") }, { value: "all", label: t("people.state_all") }] },
      ]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconKey size={26} />} title={t("list.no_match")}>{t("list.no_match_text")}</Empty>)}>
        {(a) => (
          <DataList id="accounts" label={t("roles.tab_accounts")} rows={a.rows} rowKey={(x) => x.id} link={(x) => ({ to: "/people/$personId", params: { personId: x.personId }, search: { tab: "access" } as never })} stale={query.isPlaceholderData}
            page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }} sort={{ value: search["sort"] ?? "name", set: (sort) => change({ sort }) }}
            columns={[
              { id: "name", header: t("people.name"), sort: "name", cell: (x) => <PersonName name={x.personName} fact={x.signInName} /> }, { id: "roles", header: t("access.roles"), cell: (x) => (x.roles.length === 0 ? roleName(t, "learner") : x.roles.map((r) => roleName(t, r)).join(", ")) },
              { id: "password", header: t("sign_in.password"), cell: (x) => (x.hasPassword ? t("roles.set") : x.startLinkUntil !== null ? <Badge tone="info">{t("roles.link_open")}</Badge> : <Badge tone="warning">{t("roles.missing")}</Badge>) },
              { id: "last", header: t("access.last"), sort: "-lastSignedIn", cell: (x) => (x.lastSignedInAt === null ? t("roles.never") : f.ago(x.lastSignedInAt)) }, { id: "state", header: t("people.state"), cell: (x) => <StateBadge state={x.state} />, phone: "badge" },
            ]} />
        )}
      </Answered>
    </Stack>
  );
}
