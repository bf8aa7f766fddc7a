/** Two views of the evidence: what was completed, and who owes what. */
import { type ReactNode, useState } from "react";
import { Button, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconCertificate } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api, type ProofRow } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { DutyList } from "../../parts/duty-list.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { useOrgChoices } from "../../parts/org-choice.tsx";
import { Page } from "../../parts/page.tsx";
import { PersonName } from "../../parts/person.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { zoneName } from "../../../ui-shared/format.ts";

export function Completions(): ReactNode {
  const { t } = useI18n();
  const [search, change] = useSearchText();
  const view = search["view"] === "duties" ? "duties" : "completions";
  const clear = { search: undefined, status: undefined, requirementId: undefined, orgUnitId: undefined, courseId: undefined, from: undefined, to: undefined, state: undefined, sort: undefined };
  return (
    <Page title={view === "duties" ? t("duties.title") : t("completions.title")} about={view === "duties" ? t("duties.about") : t("completions.about")}
      actions={<SegmentedControl aria-label={t("completions.view")} value={view} onChange={(v) => change({ ...clear, view: v === "duties" ? "duties" : undefined })} data={[{ value: "completions", label: t("completions.title") }, { value: "duties", label: t("duties.title") }]} />}>
      {view === "duties" ? <DutyList /> : <CompletionList />}
    </Page>
  );
}

function CompletionList(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const [revoking, setRevoking] = useState<ProofRow | null>(null);
  const orgs = useOrgChoices();
  const courses = useQuery({ queryKey: ["courses", "choices"], enabled: session.can("courses.read"), queryFn: ({ signal }) => api.courses.list({ size: "200", sort: "title" }, { signal }), staleTime: 60_000 });
  const filter = given({ courseId: search["courseId"], orgUnitId: search["orgUnitId"], from: search["from"], to: search["to"] });
  const query = useQuery({
    queryKey: ["proofs", "list", search], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.proofs.list(given({ ...paging(search), ...filter, search: search["search"], state: pick(["counting", "revoked"], search["state"]), sort: pick(["-achieved", "achieved", "name"], search["sort"]) }), { signal }),
  });
  return (
    <>
      <FilterBar placeholder={t("people.search")} filters={[
        { key: "courseId", label: t("requirements.course"), options: (courses.data?.rows ?? []).map((c) => ({ value: c.id, label: c.title })) }, { key: "orgUnitId", label: t("people.org_unit"), options: orgs },
        { key: "from", label: t("filter.from"), kind: "day" }, { key: "to", label: t("filter.to"), kind: "day" }, { key: "state", label: t("people.state"), options: [{ value: "counting", label: t("completions.counting") }, { value: "revoked", label: t("state.revoked") }] },
      ]}><span style={{ flex: 1 }} /><ExportButton kind="completions" filter={filter} /></FilterBar>
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconCertificate size={26} />} title={Object.keys(search).length > 0 ? t("list.no_match") : t("completions.empty")}>{t("completions.empty_text")}</Empty>)}>
        {(a) => (
          <DataList<ProofRow> id="completions" label={t("completions.title")} rows={a.rows} rowKey={(p) => p.id} stale={query.isPlaceholderData} link={(p) => ({ to: "/people/$personId", params: { personId: p.person.id }, search: { tab: "duties" } as never })}
            page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }} sort={{ value: search["sort"] ?? "-achieved", set: (sort) => change({ sort }) }}
            columns={[
              { id: "person", header: t("people.one"), sort: "name", cell: (p) => <PersonName name={p.person.displayName} fact={p.person.orgUnit} /> },
              { id: "course", header: t("requirements.course"), cell: (p) => <>{p.course.title}{p.version && <small style={{ display: "block", color: "var(--mu-text-faint)" }}>{t("courses.version_number", { number: p.version.number })}</small>}</> },
              { id: "achieved", header: t("completions.achieved"), sort: "achieved", sortDown: "-achieved", cell: (p) => <time dateTime={p.achievedAt} title={f.instant(p.achievedAt, true)}>{f.day(p.achievedOn)}<small style={{ display: "block", color: "var(--mu-text-faint)" }}>{zoneName(p.zone)}</small></time> },
              { id: "score", header: t("completions.score"), end: true, cell: (p) => (p.scorePercent === null ? "–" : f.percent(p.scorePercent / 100)) },
              { id: "basis", header: t("completions.basis"), cell: (p) => t(`basis.${p.basis}`), extra: true, phone: "none" },
              { id: "assurance", header: t("completions.assurance"), cell: (p) => <span title={t(`assurance.${p.assurance}`)}>{p.assurance}</span>, extra: true, phone: "none" },
              { id: "state", header: t("people.state"), cell: (p) => (p.revokedAt === null ? <Badge tone="success">{t("completions.counting")}</Badge> : <StateBadge state="revoked" />), phone: "badge" },
              { id: "certificate", header: t("completions.certificate"), cell: (p) => (p.certificate === null ? "–" : <Link to="/certificates/$certificateId" params={{ certificateId: p.certificate.id }} className="link">{p.certificate.number}</Link>) },
              ...(session.can("certificates.write") ? [{ id: "act", header: t("action.actions"), cell: (p: ProofRow) => (p.revokedAt === null ? <Button size="compact-sm" variant="subtle" color="danger" onClick={() => setRevoking(p)}>{t("completions.revoke")}</Button> : <span title={p.revokedReason ?? ""}>{p.revokedReason}</span>) }] : []),
            ]} />
        )}
      </Answered>
      {revoking !== null && <ReasonDialog danger title={t("completions.revoke_title")} about={t("completions.revoke_about", { name: revoking.person.displayName, course: revoking.course.title })} button={t("completions.revoke")} close={() => setRevoking(null)} run={(reason) => api.obligations.revokeProof({ proofId: revoking.id, reason })} />}
    </>
  );
}
