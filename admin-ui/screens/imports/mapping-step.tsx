/** What each column means, with its own values beside it; and how the file is to be read. */
import { type ReactNode, useState } from "react";
import { Alert, Button, NumberInput, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { api, type FeedRun } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { Panel } from "../../parts/panel.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import css from "./imports.module.css";

const targets = ["number", "name", "given", "family", "preferred", "email", "superior", "started", "ended", "org_unit", "site", "zone", "country", "worker_type", "position", "language", "fte"] as const;
const encodings = ["utf-8", "utf-16le", "windows-1252", "iso-8859-1", "iso-8859-2", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1256", "shift_jis", "gb18030", "macintosh", "ibm850"];
type Options = FeedRun["options"];

export function MappingStep({ run, mayWrite, check, isChecking }: { readonly run: FeedRun; readonly mayWrite: boolean; check(): void; readonly isChecking: boolean }): ReactNode {
  const { t, table } = useI18n();
  const [columns, setColumns] = useState(() => new Map(run.columns.map((c) => [c.index, c.target])));
  const save = useMutation({
    mutationFn: (options: Partial<Options>) => api.directory.setMapping({ runId: run.id, columns: [...columns].map(([index, target]) => ({ index, target })), options }),
    onSuccess: (next) => { queryClient.setQueryData(["imports", run.id], next); setColumns(new Map(next.columns.map((c) => [c.index, c.target]))); },
  });
  const choices = (header: string, target: string | null): { value: string; label: string }[] => {
    const custom = target?.startsWith("custom.") ? target : `custom.${header.normalize("NFC").replace(/[^\p{L}\p{N} _./()-]/gu, " ").replace(/\s+/g, " ").trim().slice(0, 60) || "field"}`;
    return [{ value: "", label: t("imports.leave_out") }, ...targets.map((x) => ({ value: x, label: t(`target.${x}`) })), { value: custom, label: t("imports.own_field", { name: custom.slice(7) }) }];
  };
  const set = (index: number, target: string | null): void => {
    const next = new Map(columns);
    if (target !== null && !target.startsWith("custom.")) for (const [i, x] of next) if (x === target) next.set(i, null);
    setColumns(next.set(index, target));
  };
  const go = (): void => save.mutate({}, { onSuccess: (next) => { if (!next.questions.some((q) => q.blocks)) check(); } });
  const o = run.options;
  return (
    <>
      {run.questions.length > 0 && <div className={css["questions"]}>
        {run.questions.map((q) => <Alert key={q.code + q.columns.join()} color={q.blocks ? "danger" : "warning"} variant="light" icon={q.blocks ? <IconAlertTriangle size={18} /> : <IconInfoCircle size={18} />}>{table[`import_question.${q.code}`]?.() ?? q.text}</Alert>)}
      </div>}
      <Panel title={t("imports.how")} about={t("imports.how_about", { encoding: run.encoding, delimiter: run.delimiter === "\t" ? "Tab" : run.delimiter })}>
        <div className={css["options"]}>
          <Select label={t("imports.encoding")} searchable value={o.encoding ?? ""} disabled={!mayWrite} data={[{ value: "", label: t("imports.detected", { value: run.encoding }) }, ...encodings.map((e) => ({ value: e, label: e }))]} onChange={(x) => save.mutate({ encoding: x === "" ? null : x })} />
          <Select label={t("imports.delimiter")} value={o.delimiter ?? ""} disabled={!mayWrite} data={[{ value: "", label: t("imports.detected", { value: run.delimiter === "\t" ? "Tab" : run.delimiter }) }, { value: ",", label: "," }, { value: ";", label: ";" }, { value: "\t", label: "Tab" }, { value: "|", label: "|" }]} onChange={(x) => save.mutate({ delimiter: x === ";" || x === "," || x === "\t" || x === "|" ? x : null })} />
          <NumberInput label={t("imports.header_row")} min={1} max={50} value={o.headerRow ?? run.headerRow} disabled={!mayWrite} onBlur={(e) => { const n = Number(e.currentTarget.value); if (n >= 1 && n <= 50 && n !== run.headerRow) save.mutate({ headerRow: n }); }} />
          <Select label={t("imports.dates")} value={o.dateOrder ?? ""} disabled={!mayWrite} data={[{ value: "", label: t("imports.dates_auto") }, { value: "dmy", label: t("imports.dates_dmy") }, { value: "mdy", label: t("imports.dates_mdy") }]} onChange={(x) => save.mutate({ dateOrder: x === "dmy" || x === "mdy" ? x : null })} />
          <Select label={t("imports.zeros")} value={o.zeros} disabled={!mayWrite} data={[{ value: "keep", label: t("imports.zeros_keep") }, { value: "ignore", label: t("imports.zeros_ignore") }]} onChange={(x) => save.mutate({ zeros: x === "ignore" ? "ignore" : "keep" })} />
          <Select label={t("imports.superiors")} value={o.superiors} disabled={!mayWrite} data={[{ value: "auto", label: t("imports.superiors_auto") }, { value: "refuse", label: t("imports.superiors_refuse") }, { value: "later", label: t("imports.superiors_later") }]} onChange={(x) => save.mutate({ superiors: x === "refuse" ? "refuse" : x === "later" ? "later" : "auto" })} />
        </div>
      </Panel>
      <Panel title={t("imports.columns")} about={t("imports.columns_about")} flush>
        <div className={css["mapScroll"]}>
          <table className={css["map"]}>
            <thead><tr><th scope="col">{t("imports.column")}</th><th scope="col">{t("imports.samples")}</th><th scope="col">{t("imports.meaning")}</th></tr></thead>
            <tbody>
              {run.columns.map((c) => {
                const target = columns.get(c.index) ?? null;
                return (
                  <tr key={c.index}>
                    <td><bdi>{c.header === "" ? t("imports.column_number", { number: c.index + 1 }) : c.header}</bdi><small>{t("imports.filled", { count: c.filled })}{c.dateOrder === null || c.dateOrder === "not_needed" ? "" : ` · ${table[`imports.order_${c.dateOrder}`]?.() ?? ""}`}</small></td>
                    <td className={css["samples"]}><bdi>{c.samples.slice(0, 3).join(" · ") || "–"}</bdi></td>
                    <td><Select size="sm" w={240} searchable aria-label={t("imports.meaning_of", { name: c.header })} value={target ?? ""} data={choices(c.header, target)} disabled={!mayWrite} onChange={(x) => set(c.index, x === "" ? null : x)} /></td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </Panel>
      <Refusal error={save.error} />
      {mayWrite && <div className={css["bottom"]}><Button loading={save.isPending || isChecking} onClick={go}>{t("imports.check")}</Button><span>{t("imports.check_text")}</span></div>}
    </>
  );
}
