/** The organisation as a tree: arrow keys open and close, counts of people beside each unit. */
import { type ReactNode, useMemo, useState } from "react";
import { ActionIcon, Button, Menu, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconChevronRight, IconDots, IconHierarchy3, IconPlus } from "@tabler/icons-react";
import { api, type OrgUnit } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { useSession } from "../../app/session.tsx";
import { useOrgUnits } from "../../parts/org-choice.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { fieldFault } from "../../parts/refusal.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "./org-units.module.css";

type Dialog = { readonly kind: "new"; readonly parent: OrgUnit | null } | { readonly kind: "rename" | "move"; readonly unit: OrgUnit };

export function OrgUnits(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const query = useOrgUnits();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const rows = useMemo(() => query.data?.rows ?? [], [query.data]);
  const byId = useMemo(() => new Map(rows.map((r) => [r.id, r])), [rows]);
  const parents = useMemo(() => new Set(rows.map((r) => r.parentId)), [rows]);
  const isHidden = (unit: OrgUnit): boolean => { for (let p = unit.parentId === null ? undefined : byId.get(unit.parentId); p; p = p.parentId === null ? undefined : byId.get(p.parentId)) if (closed.has(p.id)) return true; return false; };
  const toggle = (id: string, shut: boolean): void => { const next = new Set(closed); if (shut) next.add(id); else next.delete(id); setClosed(next); };
  const top = Math.min(...rows.map((r) => r.depth), 99);
  const most = Math.max(1, ...rows.map((r) => r.peopleBelow));
  const mayWrite = session.can("people.write");
  const add = mayWrite ? <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog({ kind: "new", parent: null })}>{t("org.new")}</Button> : undefined;
  return (
    <Page title={t("org.title")} about={t("org.about")} actions={add}>
      <Answered query={query} empty={(a) => (a.rows.length > 0 ? null : <Panel><Empty icon={<IconHierarchy3 size={26} />} title={t("org.empty")} action={add}>{t("org.empty_text")}</Empty></Panel>)}>
        {() => (
          <Panel title={t("org.units", { count: rows.length })} flush>
            <div role="tree" aria-label={t("org.title")} className={css["tree"]}>
              {rows.filter((r) => !isHidden(r)).map((unit) => {
                const isParent = parents.has(unit.id);
                const isClosed = closed.has(unit.id);
                return (
                  <div key={unit.id} role="treeitem" aria-level={unit.depth - top + 1} aria-selected={false} {...(isParent ? { "aria-expanded": !isClosed } : {})} className={css["row"]} style={{ paddingInlineStart: 16 + (unit.depth - top) * 24 }}
                    onKeyDown={(e) => { if (!isParent) return; const shut = document.dir === "rtl" ? e.key === "ArrowRight" : e.key === "ArrowLeft"; if (e.key === "ArrowLeft" || e.key === "ArrowRight") { e.preventDefault(); toggle(unit.id, shut); } }}>
                    {isParent ? <ActionIcon variant="subtle" color="gray" size={26} aria-label={isClosed ? t("org.open", { name: unit.name }) : t("org.close", { name: unit.name })} onClick={() => toggle(unit.id, !isClosed)}><IconChevronRight size={16} className={isClosed ? "mirror" : undefined} style={isClosed ? undefined : { transform: "rotate(90deg)" }} /></ActionIcon> : <span className={css["gap"]} />}
                    <Link to="/people" search={{ orgUnitId: unit.id }} className={css["name"]}><bdi>{unit.name}</bdi></Link>
                    <span className={css["bar"]} aria-hidden><i style={{ inlineSize: `${(unit.peopleBelow / most) * 100}%` }} /></span>
                    <span className={css["count"]}>{f.number(unit.peopleBelow)}{unit.peopleBelow !== unit.people && <small>{t("org.direct", { count: unit.people })}</small>}</span>
                    {mayWrite && (
                      <Menu position="bottom-end">
                        <Menu.Target><ActionIcon variant="subtle" color="gray" size={28} aria-label={t("org.menu", { name: unit.name })}><IconDots size={16} /></ActionIcon></Menu.Target>
                        <Menu.Dropdown><Menu.Item onClick={() => setDialog({ kind: "new", parent: unit })}>{t("org.add_below")}</Menu.Item><Menu.Item onClick={() => setDialog({ kind: "rename", unit })}>{t("org.rename")}</Menu.Item><Menu.Item onClick={() => setDialog({ kind: "move", unit })}>{t("org.move")}</Menu.Item></Menu.Dropdown>
                      </Menu>
                    )}
                  </div>
                );
              })}
            </div>
          </Panel>
        )}
      </Answered>
      {dialog !== null && <UnitDialog dialog={dialog} rows={rows} close={() => setDialog(null)} />}
    </Page>
  );
}

function UnitDialog({ dialog, rows, close }: { readonly dialog: Dialog; readonly rows: readonly OrgUnit[]; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const [key] = useState(newKey);
  const [name, setName] = useState(dialog.kind === "new" ? "" : dialog.unit.name);
  const [parentId, setParent] = useState<string | null>(dialog.kind === "new" ? (dialog.parent?.id ?? null) : dialog.unit.parentId);
  const act = useMutation({
    mutationFn: () => (dialog.kind === "new" ? api.people.createOrgUnit({ name, parentId }, { idempotencyKey: key }) : dialog.kind === "rename" ? api.people.renameOrgUnit({ orgUnitId: dialog.unit.id, name }) : api.people.moveOrgUnit({ orgUnitId: dialog.unit.id, parentId })),
    onSuccess: () => { close(); return queryClient.invalidateQueries(); },
  });
  const possible = dialog.kind === "move" ? rows.filter((r) => r.id !== dialog.unit.id && !r.path.startsWith(`${dialog.unit.path}/`)) : rows;
  return (
    <SaveDialog title={dialog.kind === "new" ? t("org.new") : dialog.kind === "rename" ? t("org.rename") : t("org.move")} act={act} close={close} ready={name.trim() !== ""}>
      {dialog.kind !== "move" && <TextInput label={t("org.name")} data-autofocus value={name} error={fieldFault(act.error, "name")} onChange={(e) => setName(e.currentTarget.value)} />}
      {dialog.kind !== "rename" && <Select label={t("org.parent")} searchable clearable placeholder={t("org.top")} value={parentId} data={possible.map((r) => ({ value: r.id, label: r.path.replaceAll("/", " › ") }))} onChange={setParent} />}
    </SaveDialog>
  );
}
