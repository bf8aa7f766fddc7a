/** Where it hurts: org units down, requirements across; the figure in each cell, deeper colour for more compliant, a mark for overdue. */
import type { CSSProperties, ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Panel } from "../../parts/panel.tsx";
import css from "./overview.module.css";

export function HeatMap({ heat }: { readonly heat: Overview["heat"] }): ReactNode {
  const { t, f } = useI18n();
  if (heat.rows.length === 0) return null;
  return (
    <Panel title={t("overview.heat")} about={t("overview.heat_about")} flush>
      <div className={css["heat"]} tabIndex={0} role="group" aria-label={t("overview.heat")}>
        <table>
          <thead><tr><th scope="col">{t("people.org_unit")}</th>{heat.requirements.map((r) => <th key={r.id} scope="col">{r.title}</th>)}</tr></thead>
          <tbody>
            {heat.rows.map((row) => (
              <tr key={row.orgUnitId}>
                <th scope="row" title={row.name}>{row.name}</th>
                {heat.requirements.map((r) => {
                  const cell = row.cells.find((c) => c.requirementId === r.id);
                  if (cell === undefined || cell.owed === 0) return <td key={r.id} className={css["cell"]} data-none>–</td>;
                  const share = cell.compliant / cell.owed;
                  return (
                    <td key={r.id} className={css["cell"]} style={{ "--share": share } as CSSProperties}>
                      <Link to="/completions" search={{ view: "duties", requirementId: r.id, orgUnitId: row.orgUnitId }} title={t("overview.cell", { compliant: cell.compliant, owed: cell.owed, overdue: cell.overdue })}>
                        {f.percent(share)}{cell.overdue > 0 && <i aria-label={t("overview.cell_overdue", { count: cell.overdue })}>{f.number(cell.overdue)}</i>}
                      </Link>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
