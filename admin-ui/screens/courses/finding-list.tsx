import type { ReactNode } from "react";
import { IconAlertCircle, IconAlertTriangle } from "@tabler/icons-react";
import type { Finding } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import css from "./courses.module.css";

export function FindingList({ findings, go }: { readonly findings: readonly Finding[]; readonly go?: (finding: Finding) => void }): ReactNode {
  const { t, table } = useI18n();
  return (
    <ul className={css["findings"]}>
      {findings.map((f) => {
        const text = table[`finding.${f.code}`]?.(f.values) ?? f.message;
        const Icon = f.severity === "error" ? IconAlertCircle : IconAlertTriangle;
        return <li key={f.code + f.path} data-severity={f.severity}><Icon size={16} aria-label={f.severity === "error" ? t("finding.error") : t("finding.warning")} />{go && f.unitId !== null ? <button type="button" onClick={() => go(f)}>{text}</button> : <span>{text}</span>}</li>;
      })}
    </ul>
  );
}
