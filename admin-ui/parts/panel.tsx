/** A titled surface, the strip of facts at the head of a detail, and lists of name and value. */
import type { ReactNode } from "react";
import css from "./panel.module.css";

interface PanelProps { readonly title?: string; readonly about?: ReactNode; readonly actions?: ReactNode; readonly flush?: boolean; readonly children: ReactNode }
export function Panel({ title, about, actions, flush = false, children }: PanelProps): ReactNode {
  return (
    <section className={css["panel"]} aria-label={title}>
      {title !== undefined && (
        <header className={css["head"]}>
          <div><h2>{title}</h2>{about !== undefined && <p>{about}</p>}</div>
          {actions !== undefined && <div className={css["actions"]}>{actions}</div>}
        </header>
      )}
      <div className={css["body"]} data-flush={flush || undefined}>{children}</div>
    </section>
  );
}

export interface Fact { readonly label: string; readonly value: ReactNode; readonly note?: ReactNode; readonly tone?: "danger" | "warning" | "success" }
export function FactStrip({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className={css["strip"]}>
      {facts.map((fact) => (
        <div key={fact.label}><dt>{fact.label}</dt><dd data-tone={fact.tone}>{fact.value}</dd>{fact.note !== undefined && <dd className={css["note"]}>{fact.note}</dd>}</div>
      ))}
    </dl>
  );
}

/** Names and values, one beneath the other. */
export function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return <dl className={css["pairs"]}>{pairs.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
