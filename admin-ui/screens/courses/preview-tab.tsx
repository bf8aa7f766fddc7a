/** The draft as learners would see it. */
import { type ReactNode, useState } from "react";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconChevronDown, IconFileText, IconListCheck, IconNotes, IconPencil } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Prose } from "../../parts/prose.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "./courses.module.css";

export const unitIcons = { lesson: IconNotes, document: IconFileText, quiz: IconListCheck } as const;

export function PreviewTab({ courseId, mayWrite }: { readonly courseId: string; readonly mayWrite: boolean }): ReactNode {
  const { t, f } = useI18n();
  const [open, setOpen] = useState<string | null>(null);
  const query = useQuery({ queryKey: ["courses", courseId, "preview"], queryFn: ({ signal }) => api.courses.preview({ courseId }, { signal }) });
  return (
    <Answered query={query} empty={(a) => (a.units.length > 0 ? null : (
      <Panel><Empty icon={<IconNotes size={26} />} title={t("courses.no_units")} action={mayWrite ? <Button component={Link} to="/courses/$courseId/edit" params={{ courseId } as never} leftSection={<IconPencil size={16} />}>{t("courses.edit")}</Button> : undefined}>{t("courses.no_units_text")}</Empty></Panel>
    ))}>
      {(a) => (
        <Panel title={t("courses.draft_now")} about={t("courses.draft_about")} flush>
          <ol className={css["units"]}>
            {a.units.map((u, i) => {
              const Icon = unitIcons[u.kind];
              const isOpen = open === u.id;
              return (
                <li key={u.id}>
                  <button type="button" className={css["unitHead"]} aria-expanded={isOpen} onClick={() => setOpen(isOpen ? null : u.id)}>
                    <Icon size={18} aria-hidden /><b>{f.number(i + 1)}. <bdi>{u.title}</bdi></b><small>{t(`unit.${u.kind}`)} · {f.span(u.minutes * 60)}</small><IconChevronDown size={16} aria-hidden style={{ transform: isOpen ? "rotate(180deg)" : undefined }} />
                  </button>
                  {isOpen && <div className={css["unitBody"]}>{u.html !== "" && <Prose html={u.html} />}{u.file && <p><a href={u.file.url} target="_blank" rel="noreferrer">{u.file.name}</a> ({f.bytes(u.file.size)})</p>}{u.statement !== null && <p><b>{t("editor.statement")}:</b> {u.statement}</p>}{u.kind === "quiz" && u.html === "" && <p>{t("courses.quiz_in_editor")}</p>}</div>}
                </li>
              );
            })}
          </ol>
        </Panel>
      )}
    </Answered>
  );
}
