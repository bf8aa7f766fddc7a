import type { ReactNode } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconFileCertificate } from "@tabler/icons-react";
import { api, type CertificateRow } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { Page } from "../../parts/page.tsx";
import { Answered, Empty } from "../../parts/states.tsx";

const states = ["valid", "expired", "revoked"] as const;

export function CertificatesList(): ReactNode {
  const { t, f } = useI18n();
  const [search, change] = useSearchText();
  const query = useQuery({ queryKey: ["certificates", "list", search], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.certificates.list(given({ ...paging(search), search: search["search"], state: pick(states, search["state"]) }), { signal }) });
  return (
    <Page title={t("certificates.title")} about={t("certificates.about")}>
      <FilterBar placeholder={t("certificates.search")} filters={[{ key: "state", label: t("people.state"), options: states.map((s) => ({ value: s, label: t(`state.${s}`) })) }]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconFileCertificate size={26} />} title={Object.keys(search).length > 0 ? t("list.no_match") : t("certificates.empty")}>{t("certificates.empty_text")}</Empty>)}>
        {(a) => (
          <DataList<CertificateRow> id="certificates" label={t("certificates.title")} rows={a.rows} rowKey={(c) => c.id} link={(c) => ({ to: "/certificates/$certificateId", params: { certificateId: c.id } })} stale={query.isPlaceholderData} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }}
            columns={[
              { id: "number", header: t("certificates.number"), cell: (c) => <span className="figures">{c.number}</span> }, { id: "holder", header: t("certificates.holder"), cell: (c) => <bdi>{c.holder}</bdi> }, { id: "course", header: t("certificates.course"), cell: (c) => c.courseTitle },
              { id: "state", header: t("people.state"), cell: (c) => <StateBadge state={c.state} />, phone: "badge" }, { id: "achieved", header: t("completions.achieved"), cell: (c) => f.day(c.achievedOn) },
              { id: "valid", header: t("duties.valid_through"), cell: (c) => (c.validThroughOn === null ? t("validity.forever") : f.day(c.validThroughOn)) }, { id: "issued", header: t("certificates.issued"), cell: (c) => f.instant(c.issuedAt), extra: true, phone: "none" },
            ]} />
        )}
      </Answered>
    </Page>
  );
}
