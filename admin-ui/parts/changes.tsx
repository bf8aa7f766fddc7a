/** Before and after, value by value. */
import type { ReactNode } from "react";
import { useI18n } from "../app/i18n.tsx";
import css from "./changes.module.css";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function flat(value: Json, path = "", out: Record<string, string> = {}): Record<string, string> {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) for (const [k, v] of Object.entries(value)) flat(v, path === "" ? k : `${path}.${k}`, out);
  else if (value !== null) out[path] = typeof value === "object" ? JSON.stringify(value) : String(value);
  return out;
}

export function Changes({ before, after }: { readonly before: Json; readonly after: Json }): ReactNode {
  const { t } = useI18n();
  const a = flat(before);
  const b = flat(after);
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  if (names.length === 0) return <p className={css["none"]}>{t("changes.none")}</p>;
  return (
    <div className={css["scroll"]} tabIndex={0} role="group" aria-label={t("ledger.changes")}>
      <table className={css["changes"]}>
        <thead><tr><th scope="col">{t("changes.field")}</th><th scope="col">{t("changes.before")}</th><th scope="col">{t("changes.after")}</th></tr></thead>
        <tbody>{names.map((n) => <tr key={n} data-changed={a[n] !== b[n] || undefined}><th scope="row">{n}</th><td dir="auto">{a[n] === undefined ? "–" : <span data-side={a[n] !== b[n] ? "before" : undefined}>{a[n]}</span>}</td><td dir="auto">{b[n] === undefined ? "–" : <span data-side={a[n] !== b[n] ? "after" : undefined}>{b[n]}</span>}</td></tr>)}</tbody>
      </table>
    </div>
  );
}
