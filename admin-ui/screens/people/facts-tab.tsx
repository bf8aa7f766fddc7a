/** Every value ever recorded: since when it holds, when it was learned, and from where. */
import type { ReactNode } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconHistory } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { type PlainKey, useI18n } from "../../app/i18n.tsx";
import { useSearchText } from "../../app/search.ts";
import { type Column, DataList } from "../../parts/data-list.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "./people.module.css";

type Fact = Awaited<ReturnType<typeof api.people.facts>>["rows"][number];
const known = new Set(["given_name", "family_name", "display_name", "email", "language", "employee_number", "position", "org_unit", "site", "superior", "worker_type", "started_on", "ended_on"]);

export function FactsTab({ personId }: { readonly personId: string }): ReactNode {
  const { t, f } = useI18n();
  const [search, change] = useSearchText();
  const page = search["page"] ?? "1";
  const query = useQuery({ queryKey: ["people", personId, "facts", page], queryFn: ({ signal }) => api.people.facts({ personId, page, size: "50" }, { signal }), placeholderData: keepPreviousData });
  const name = (attribute: string): string => (known.has(attribute) ? t(`fact.${attribute}` as PlainKey) : attribute);
  const columns: readonly Column<Fact>[] = [
    { id: "attribute", header: t("facts.attribute"), cell: (x) => name(x.attribute) },
    { id: "value", header: t("facts.value"), cell: (x) => <bdi className={x.supersededAt === null ? undefined : css["old"]}>{x.label ?? x.value ?? "–"}</bdi> },
    { id: "valid", header: t("facts.valid"), cell: (x) => (x.validTo === null ? t("people.from", { day: f.day(x.validFrom, false) }) : t("facts.between", { from: f.day(x.validFrom, false), to: f.day(x.validTo, false) })) },
    { id: "recorded", header: t("facts.recorded"), cell: (x) => <time dateTime={x.recordedAt}>{f.instant(x.recordedAt)}</time> },
    { id: "source", header: t("facts.source"), cell: (x) => (["import", "hand", "setup", "csv", "demo"].includes(x.source) ? t(`facts.source_${x.source}` as PlainKey) : x.source) },
    { id: "replaced", header: t("facts.replaced"), cell: (x) => f.instant(x.supersededAt), extra: true, phone: "none" },
  ];
  return (
    <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconHistory size={26} />} title={t("facts.empty")} />)}>
      {(a) => <DataList id="facts" label={t("people.tab_facts")} columns={columns} rows={a.rows} rowKey={(x) => x.id} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }} stale={query.isPlaceholderData} />}
    </Answered>
  );
}
