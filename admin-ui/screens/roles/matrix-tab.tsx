import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { IconCheck } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { roleName } from "../../parts/explain.ts";
import { Panel } from "../../parts/panel.tsx";
import { Answered } from "../../parts/states.tsx";
import css from "./matrix.module.css";

export function MatrixTab(): ReactNode {
  const { t, f, table } = useI18n();
  const query = useQuery({ queryKey: ["access", "roles"], queryFn: ({ signal }) => api.access.roles({}, { signal }) });
  return (
    <Answered query={query}>
      {(a) => (
        <Panel title={t("roles.tab_matrix")} about={t("roles.matrix_about")} flush>
          <div className={css["scroll"]} tabIndex={0} role="group" aria-label={t("roles.tab_matrix")}>
            <table>
              <thead><tr><th scope="col">{t("roles.right")}</th>{a.rows.map((r) => <th key={r.role} scope="col">{roleName(t, r.role)}<small>{t("roles.holders", { count: r.holders })}</small><small>{t(`scope.${r.scope}`)}</small></th>)}</tr></thead>
              <tbody>{a.permissions.map((p) => <tr key={p}><th scope="row">{table[`right.${p}`]?.() ?? p}<code>{p}</code></th>{a.rows.map((r) => <td key={r.role}>{r.permissions.includes(p) ? <IconCheck size={17} aria-label={t("roles.yes")} /> : <span aria-label={t("roles.no")}>·</span>}</td>)}</tr>)}</tbody>
              <caption className="visually-hidden">{t("roles.matrix_caption", { rights: f.number(a.permissions.length) })}</caption>
            </table>
          </div>
        </Panel>
      )}
    </Answered>
  );
}
