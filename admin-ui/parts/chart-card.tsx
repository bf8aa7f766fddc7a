/** A chart with its table one click away, its figures as CSV, and a sentence for those who do not see it. */
import { type ReactNode, useState } from "react";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChartBar, IconDownload, IconTable } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";
import { Panel } from "./panel.tsx";
import { saveText } from "./save-file.ts";
import css from "./chart-card.module.css";

interface Props { readonly title: string; readonly about?: string; readonly summary: string; readonly head: readonly string[]; readonly rows: readonly (readonly (string | number)[])[]; readonly file: string; readonly children: ReactNode }

export function ChartCard({ title, about, summary, head, rows, file, children }: Props): ReactNode {
  const { t, f } = useI18n();
  const [table, setTable] = useState(false);
  const say = (value: string | number): string => (typeof value === "number" ? f.number(value, 1) : value);
  const swap = table ? t("chart.as_chart") : t("chart.as_table");
  return (
    <Panel title={title} about={about} actions={(
      <>
        <Tooltip label={swap}><ActionIcon variant="subtle" color="gray" size={28} aria-pressed={table} aria-label={`${title}: ${swap}`} onClick={() => setTable(!table)}>{table ? <IconChartBar size={16} /> : <IconTable size={16} />}</ActionIcon></Tooltip>
        <Tooltip label={t("chart.csv")}><ActionIcon variant="subtle" color="gray" size={28} aria-label={`${title}: ${t("chart.csv")}`} onClick={() => saveText(`${file}.csv`, "text/csv", [head, ...rows].map((r) => r.map((c) => `"${String(c).replaceAll('"', '""')}"`).join(",")).join("\r\n"))}><IconDownload size={16} /></ActionIcon></Tooltip>
      </>
    )}>
      <p className="visually-hidden">{summary}</p>
      {table ? (
        <div className={css["scroll"]} tabIndex={0} role="group" aria-label={title}>
          <table className={css["table"]}>
            <thead><tr>{head.map((h) => <th key={h} scope="col">{h}</th>)}</tr></thead>
            <tbody>{rows.map((r) => <tr key={String(r[0])}>{r.map((c, i) => (i === 0 ? <th key={head[i]} scope="row">{say(c)}</th> : <td key={head[i]}>{say(c)}</td>))}</tr>)}</tbody>
          </table>
        </div>
      ) : <div aria-hidden className={css["chart"]} dir="ltr">{children}</div>}
    </Panel>
  );
}
