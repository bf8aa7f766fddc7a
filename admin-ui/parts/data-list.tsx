/** A list of rows: a table on wide screens, cards on phones; keyboard j/k/Enter; columns are the reader's choice. */
import { type ReactNode, useMemo, useRef, useState } from "react";
import { Link, type LinkProps, useNavigate } from "@tanstack/react-router";
import { useHotkeys, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";
import { ColumnChoice } from "./column-choice.tsx";
import { Pager } from "./pager.tsx";
import css from "./data-list.module.css";

export interface Column<R> {
  readonly id: string;
  readonly header: string;
  cell(row: R): ReactNode;
  /** Value of `sort` in the address; the reverse is asked with a leading "-" where the endpoint knows it. */
  readonly sort?: string;
  readonly sortDown?: string;
  readonly end?: boolean;
  readonly width?: string;
  /** Not shown until chosen. */
  readonly extra?: boolean;
  /** Place on a phone's card; the first column is the title. */
  readonly phone?: "badge" | "line" | "none";
}

interface Props<R> {
  readonly id: string;
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  rowKey(row: R): string;
  link?(row: R): LinkProps;
  readonly page?: { readonly total: number; readonly page: number; readonly size: number; go(page: number): void };
  readonly sort?: { readonly value: string; set(value: string): void };
  readonly tools?: ReactNode;
  readonly stale?: boolean;
}

export function DataList<R>({ id, label, columns, rows, rowKey, link, page, sort, tools, stale = false }: Props<R>): ReactNode {
  const { t, f } = useI18n();
  const navigate = useNavigate();
  const narrow = useMediaQuery("(max-width: 720px)", false, { getInitialValueInEffect: false });
  const [hidden, setHidden] = useLocalStorage<readonly string[]>({ key: `muster.columns.${id}`, defaultValue: columns.filter((c) => c.extra).map((c) => c.id), getInitialValueInEffect: false });
  const shown = useMemo(() => columns.filter((c, i) => i === 0 || !hidden.includes(c.id)), [columns, hidden]);
  const [active, setActive] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (by: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, active + by));
    setActive(next);
    body.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  useHotkeys([
    ["j", () => move(1)], ["k", () => move(-1)],
    ["Enter", () => { const row = rows[active]; if (row !== undefined && link && (document.activeElement === document.body || document.activeElement === null)) void navigate(link(row) as never); }, { preventDefault: false }],
  ]);

  const title = (row: R): ReactNode => {
    const first = shown[0];
    if (first === undefined) return null;
    return link ? <Link {...link(row)} className={css["title"]}>{first.cell(row)}</Link> : <span className={css["plainTitle"]}>{first.cell(row)}</span>;
  };

  return (
    <div className={css["wrap"]} data-stale={stale || undefined}>
      <div className={css["bar"]}>
        <span className={css["count"]} role="status">{page ? t("list.count", { count: page.total }) : t("list.count", { count: rows.length })}</span>
        <span className={css["tools"]}>{tools}{!narrow && columns.length > 3 && <ColumnChoice columns={columns.slice(1)} hidden={hidden} onChange={setHidden} />}</span>
      </div>
      {narrow ? (
        <ul className={css["cards"]} aria-label={label}>
          {rows.map((row) => (
            <li key={rowKey(row)}>
              <div className={css["cardHead"]}><div className={css["cardTitle"]}>{title(row)}</div>{shown.filter((c) => c.phone === "badge").map((c) => <div key={c.id}>{c.cell(row)}</div>)}</div>
              <dl>{shown.slice(1).filter((c) => c.phone === undefined || c.phone === "line").map((c) => <div key={c.id}><dt>{c.header}</dt><dd>{c.cell(row)}</dd></div>)}</dl>
            </li>
          ))}
        </ul>
      ) : (
        <div className={css["scroll"]} tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                {shown.map((c) => (
                  <th key={c.id} scope="col" data-end={c.end || undefined} style={{ inlineSize: c.width }} aria-sort={sort && c.sort !== undefined ? (sort.value === c.sort ? "ascending" : sort.value === c.sortDown ? "descending" : "none") : undefined}>
                    {c.sort !== undefined && sort ? <SortHead column={c} value={sort.value} set={sort.set} /> : c.header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody ref={body}>
              {rows.map((row, i) => (
                <tr key={rowKey(row)} data-active={i === active || undefined} data-link={link !== undefined || undefined}
                  onClick={(e) => { if (link && !(e.target as HTMLElement).closest("a,button,input,label") && window.getSelection()?.toString() === "") void navigate(link(row) as never); }}>
                  {shown.map((c, n) => <td key={c.id} data-end={c.end || undefined}>{n === 0 ? title(row) : c.cell(row)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {page && page.total > page.size && <Pager {...page} number={f.number} />}
    </div>
  );
}

function SortHead<R>({ column, value, set }: { readonly column: Column<R>; readonly value: string; set(value: string): void }): ReactNode {
  const up = value === column.sort;
  const down = value === column.sortDown;
  const Icon = up ? IconArrowUp : down ? IconArrowDown : IconSelector;
  return (
    <button type="button" className={css["sort"]} onClick={() => set(up && column.sortDown !== undefined ? column.sortDown : column.sort ?? "")}>
      {column.header}<Icon size={13} aria-hidden data-on={up || down || undefined} />
    </button>
  );
}
