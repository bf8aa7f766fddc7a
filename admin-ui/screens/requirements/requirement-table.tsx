import type { ReactNode } from "react";
import type { RequirementRow } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { audienceText, dueText, validityText } from "../../parts/explain.ts";
import { StatusBar } from "../../parts/status-bar.tsx";

interface Props { readonly rows: readonly RequirementRow[]; readonly page?: { readonly total: number; readonly page: number; readonly size: number; go(page: number): void }; readonly sort?: { readonly value: string; set(value: string): void }; readonly stale?: boolean }

export function RequirementTable({ rows, page, sort, stale = false }: Props): ReactNode {
  const { t, f, language } = useI18n();
  return (
    <DataList<RequirementRow> id="requirements" label={t("requirements.title")} rows={rows} rowKey={(r) => r.id} link={(r) => ({ to: "/requirements/$requirementId", params: { requirementId: r.id } })} stale={stale} {...(page ? { page } : {})} {...(sort ? { sort } : {})}
      columns={[
        { id: "title", header: t("requirements.one"), sort: "title", cell: (r) => <span><bdi>{r.title}</bdi><small style={{ display: "block", color: "var(--mu-text-faint)", fontWeight: 400 }}>{r.course.title}</small></span> },
        { id: "state", header: t("people.state"), cell: (r) => <><StateBadge state={r.state} /> {r.hasDraft && r.state === "live" && <Badge tone="accent">{t("requirements.has_draft")}</Badge>}</>, phone: "badge" },
        { id: "status", header: t("requirements.status"), width: "220px", cell: (r) => (r.figures.owed === 0 ? <span style={{ color: "var(--mu-text-faint)" }}>{t("requirements.nobody_yet")}</span> : <Bar figures={r.figures} />) },
        { id: "audience", header: t("requirements.audience"), cell: (r) => audienceText(t, r.sentence, language) },
        { id: "due", header: t("duties.due"), cell: (r) => dueText(t, (d) => f.day(d, false), r.due), phone: "none" },
        { id: "validity", header: t("requirements.validity"), cell: (r) => validityText(t, r.validity), phone: "none" },
        { id: "overdue", header: t("state.overdue"), end: true, cell: (r) => (r.figures.overdue > 0 ? <b style={{ color: "var(--mu-danger-text)" }}>{f.number(r.figures.overdue)}</b> : f.number(0)) },
      ]} />
  );
}

function Bar({ figures: x }: { readonly figures: RequirementRow["figures"] }): ReactNode {
  const { t, f } = useI18n();
  return (
    <div>
      <small style={{ display: "flex", justifyContent: "space-between", color: "var(--mu-text-soft)", marginBlockEnd: 3 }} className="figures"><b>{f.percent(x.compliant / x.owed)}</b><span>{t("requirements.of", { compliant: x.compliant, owed: x.owed })}</span></small>
      <StatusBar legend={false} parts={[{ id: "c", label: t("state.compliant"), count: x.compliant, tone: "success" }, { id: "o", label: t("state.open"), count: x.open - x.overdue, tone: "rest" }, { id: "x", label: t("state.overdue"), count: x.overdue, tone: "danger" }]} />
    </div>
  );
}
