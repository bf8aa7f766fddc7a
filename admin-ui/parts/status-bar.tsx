/** Shares of a whole as one bar with its figures beside it; distinguishable without colour by order, gaps and labels. */
import type { ReactNode } from "react";
import { useI18n } from "../app/i18n.tsx";
import css from "./status-bar.module.css";

export interface Part { readonly id: string; readonly label: string; readonly count: number; readonly tone: "success" | "danger" | "warning" | "info" | "rest"; readonly link?: ReactNode }

export function StatusBar({ parts, legend = true, thick = false }: { readonly parts: readonly Part[]; readonly legend?: boolean; readonly thick?: boolean }): ReactNode {
  const { f } = useI18n();
  const shown = parts.filter((p) => p.count > 0);
  const total = parts.reduce((sum, p) => sum + p.count, 0);
  return (
    <div className={css["wrap"]}>
      <div className={css["bar"]} data-thick={thick || undefined} role="img" aria-label={parts.map((p) => `${p.label}: ${f.number(p.count)}`).join(", ")}>
        {shown.map((p) => <span key={p.id} data-tone={p.tone} style={{ flexGrow: Math.max(p.count, total * 0.006) }} />)}
      </div>
      {legend && (
        <ul className={css["legend"]}>
          {parts.map((p) => <li key={p.id}><i data-tone={p.tone} aria-hidden /><span>{p.label}</span><b>{p.link ?? f.number(p.count)}</b></li>)}
        </ul>
      )}
    </div>
  );
}
