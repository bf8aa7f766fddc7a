/** The course at a glance: choose, move, duplicate, remove, add. Alt+↑/↓ moves the unit that has the focus. */
import type { ReactNode } from "react";
import { ActionIcon, Button, Menu, Switch } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconDots, IconPlus, IconTrash } from "@tabler/icons-react";
import type { Content, Finding } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import { unitIcons } from "../preview-tab.tsx";
import { moved, newId, type Unit, type UnitKind } from "./blanks.ts";
import css from "./editor.module.css";

interface Props { readonly content: Content; readonly chosen: string | null; readonly findings: readonly Finding[]; choose(id: string | null): void; change(content: Content): void; add(kind: UnitKind): void }

/** A copy whose parts have ids of their own. */
function copyOf(unit: Unit): Unit {
  if (unit.kind !== "quiz") return { ...unit, id: newId() };
  return { ...unit, id: newId(), pools: unit.pools.map((p) => ({ ...p, id: newId(), questions: p.questions.map((q) => ("choices" in q ? { ...q, id: newId(), choices: q.choices.map((c) => ({ ...c, id: newId() })) } : { ...q, id: newId() })) })) };
}

export function Outline({ content, chosen, findings, choose, change, add }: Props): ReactNode {
  const { t, f } = useI18n();
  const units = content.units;
  const move = (i: number, by: number): void => change({ ...content, units: moved(units, i, by) });
  const remove = (u: Unit): void => {
    if (!window.confirm(t("editor.remove_question", { title: u.title }))) return;
    const i = units.indexOf(u);
    change({ ...content, units: units.filter((x) => x.id !== u.id) });
    choose(units[i + 1]?.id ?? units[i - 1]?.id ?? null);
  };
  return (
    <nav className={css["outline"]} aria-label={t("editor.outline")}>
      <h2>{t("editor.outline")}</h2>
      <ol>
        {units.map((u, i) => {
          const Icon = unitIcons[u.kind];
          const faults = findings.filter((x) => x.unitId === u.id);
          return (
            <li key={u.id} data-chosen={u.id === chosen || undefined}>
              <button type="button" className={css["unit"]} aria-current={u.id === chosen ? "true" : undefined} onClick={() => choose(u.id)}
                onKeyDown={(e) => { if (e.altKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) { e.preventDefault(); move(i, e.key === "ArrowUp" ? -1 : 1); } }}>
                <Icon size={16} aria-hidden /><span><bdi>{u.title.trim() === "" ? t("editor.untitled") : u.title}</bdi></span>
                {faults.length > 0 && <i data-severity={faults.some((x) => x.severity === "error") ? "error" : "warning"} aria-label={t("editor.faults", { count: faults.length })}>{f.number(faults.length)}</i>}
              </button>
              <Menu position="bottom-end">
                <Menu.Target><ActionIcon variant="subtle" color="gray" size={26} aria-label={t("editor.unit_menu", { title: u.title })}><IconDots size={15} /></ActionIcon></Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconArrowUp size={15} />} disabled={i === 0} onClick={() => move(i, -1)} rightSection={<kbd>Alt ↑</kbd>}>{t("editor.up")}</Menu.Item>
                  <Menu.Item leftSection={<IconArrowDown size={15} />} disabled={i === units.length - 1} onClick={() => move(i, 1)} rightSection={<kbd>Alt ↓</kbd>}>{t("editor.down")}</Menu.Item>
                  <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => { const made = copyOf(u); change({ ...content, units: [...units.slice(0, i + 1), made, ...units.slice(i + 1)] }); choose(made.id); }}>{t("editor.copy")}</Menu.Item>
                  <Menu.Item color="danger" leftSection={<IconTrash size={15} />} onClick={() => remove(u)}>{t("editor.remove")}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </li>
          );
        })}
      </ol>
      <Menu position="bottom-start">
        <Menu.Target><Button fullWidth variant="default" size="compact-md" leftSection={<IconPlus size={15} />}>{t("editor.add")}</Button></Menu.Target>
        <Menu.Dropdown>{(["lesson", "document", "quiz"] as const).map((k) => { const Icon = unitIcons[k]; return <Menu.Item key={k} leftSection={<Icon size={16} />} onClick={() => add(k)}>{t(`editor.add_${k}`)}</Menu.Item>; })}</Menu.Dropdown>
      </Menu>
      <Switch mt="md" size="sm" label={t("editor.in_order")} checked={content.order !== "free"} onChange={(e) => change({ ...content, order: e.currentTarget.checked ? "in_order" : "free" })} />
    </nav>
  );
}
