import { type ReactNode, useState } from "react";
import { Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconPencil, IconUserOff } from "@tabler/icons-react";
import type { PersonDetail } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { Panel, Pairs } from "../../parts/panel.tsx";
import { languageNames, isLanguage } from "../../../ui-shared/i18n.ts";
import { ChangeEmployment } from "./change-employment.tsx";
import { ChangePerson } from "./change-person.tsx";
import { EndEmployment } from "./end-employment.tsx";
import css from "./people.module.css";

type Employment = PersonDetail["employments"][number];

export function SummaryTab({ person: p }: { readonly person: PersonDetail }): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const [dialog, setDialog] = useState<{ kind: "person" } | { kind: "job" | "end"; job: Employment } | null>(null);
  const mayWrite = session.can("people.write");
  const close = (): void => setDialog(null);
  return (
    <div className={css["columns"]}>
      <div className={css["stack"]}>
        <Panel title={t("people.identity")} actions={mayWrite && <Button size="compact-sm" variant="subtle" leftSection={<IconPencil size={14} />} onClick={() => setDialog({ kind: "person" })}>{t("action.change")}</Button>}>
          <Pairs pairs={[
            [t("people.given"), <bdi key="g">{p.givenName || "–"}</bdi>], [t("people.family"), <bdi key="f">{p.familyName || "–"}</bdi>], [t("people.email"), p.email ? <a key="e" href={`mailto:${p.email}`}>{p.email}</a> : "–"],
            [t("own.language"), isLanguage(p.language) ? languageNames[p.language] : t("people.language_default")], [t("people.known_since"), f.instant(p.createdAt)],
          ]} />
        </Panel>
        {p.employments.map((e) => (
          <Panel key={e.id} title={t("people.employment")} actions={(
            <Group gap={4}><StateBadge state={e.state} />{mayWrite && <Button size="compact-sm" variant="subtle" leftSection={<IconPencil size={14} />} onClick={() => setDialog({ kind: "job", job: e })}>{t("action.change")}</Button>}
              {mayWrite && e.state === "active" && e.endedOn === null && <Button size="compact-sm" variant="subtle" color="danger" leftSection={<IconUserOff size={14} />} onClick={() => setDialog({ kind: "end", job: e })}>{t("people.end")}</Button>}</Group>
          )}>
            <Pairs pairs={[
              [t("people.number"), e.employeeNumber ?? "–"], [t("people.position"), e.position ?? "–"], [t("people.org_unit"), e.orgPath?.replaceAll("/", " › ") ?? e.orgUnit?.name ?? "–"],
              [t("people.site"), e.site ? `${e.site.name} (${e.site.zone.split("/").at(-1)?.replaceAll("_", " ") ?? ""})` : "–"], [t("people.superior"), e.superior ? <Link key="s" to="/people/$personId" params={{ personId: e.superior.id }}><bdi>{e.superior.name}</bdi></Link> : "–"],
              [t("people.worker_type"), e.workerType ?? "–"], [t("people.started"), f.day(e.startedOn)], [t("people.ended"), f.day(e.endedOn)],
            ]} />
          </Panel>
        ))}
      </div>
      <div className={css["stack"]}>
        <Panel title={t("people.line")} about={t("people.line_about")}>
          {p.superiors.length === 0 ? <p className={css["soft"]}>{t("people.no_superior")}</p> : (
            <ol className={css["chain"]}>{p.superiors.map((s) => <li key={s.id}><Link to="/people/$personId" params={{ personId: s.id }}><bdi>{s.name}</bdi></Link></li>)}</ol>
          )}
        </Panel>
        <Panel title={t("people.reports")} about={t("people.reports_all", { direct: p.reportCount, all: p.reportCountAll })}>
          {p.reports.length === 0 ? <p className={css["soft"]}>{t("people.no_reports")}</p> : (
            <ul className={css["plain"]}>{p.reports.map((r) => <li key={r.id}><Link to="/people/$personId" params={{ personId: r.id }}><bdi>{r.name}</bdi></Link><span>{r.position ?? ""}</span></li>)}</ul>
          )}
        </Panel>
        {p.names.length > 1 && <Panel title={t("people.names")}><ul className={css["plain"]}>{p.names.map((n) => <li key={n.validFrom + n.display}><bdi>{n.display}</bdi><span>{t("people.from", { day: f.day(n.validFrom, false) })}</span></li>)}</ul></Panel>}
      </div>
      {dialog?.kind === "person" && <ChangePerson person={p} close={close} />}
      {dialog?.kind === "job" && <ChangeEmployment personId={p.id} job={dialog.job} close={close} />}
      {dialog?.kind === "end" && <EndEmployment personId={p.id} job={dialog.job} close={close} />}
    </div>
  );
}
