import type { ReactNode } from "react";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconChecklist, IconPlus } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { Page } from "../../parts/page.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { RequirementTable } from "./requirement-table.tsx";

const states = ["draft", "live", "withdrawn"] as const;

export function RequirementsList(): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const query = useQuery({
    queryKey: ["requirements", "list", search], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.requirements.list(given({ ...paging(search), search: search["search"], state: pick(states, search["state"]), sort: pick(["title", "-created"], search["sort"]) }), { signal }),
  });
  const add = session.can("requirements.write") ? <Button component={Link} to="/requirements/new" leftSection={<IconPlus size={16} />}>{t("requirements.new")}</Button> : undefined;
  return (
    <Page title={t("requirements.title")} about={t("requirements.about")} actions={add}>
      <FilterBar placeholder={t("requirements.search")} filters={[{ key: "state", label: t("people.state"), options: states.map((s) => ({ value: s, label: t(`state.${s}`) })) }]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconChecklist size={26} />} title={search["search"] || search["state"] ? t("list.no_match") : t("requirements.empty")} action={add}>{t("requirements.empty_text")}</Empty>)}>
        {(a) => <RequirementTable rows={a.rows} stale={query.isPlaceholderData} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }} sort={{ value: search["sort"] ?? "title", set: (sort) => change({ sort }) }} />}
      </Answered>
    </Page>
  );
}
