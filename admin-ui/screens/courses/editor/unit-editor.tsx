import type { ReactNode } from "react";
import { NumberInput, TextInput } from "@mantine/core";
import type { Finding } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import type { Unit } from "./blanks.ts";
import { DocumentEditor } from "./document-editor.tsx";
import { MarkdownField } from "./markdown-field.tsx";
import { QuizEditor } from "./quiz-editor.tsx";
import css from "./editor.module.css";

interface Props { readonly courseId: string; readonly unit: Unit; readonly findings: readonly Finding[]; put(unit: Unit): void }
export function UnitEditor({ courseId, unit, findings, put }: Props): ReactNode {
  const { t } = useI18n();
  return (
    <div className={css["unitPage"]}>
      <div className={css["titleRow"]}>
        <TextInput className={css["title"]} variant="unstyled" aria-label={t("editor.title")} placeholder={t("editor.title")} value={unit.title} maxLength={200} onChange={(e) => put({ ...unit, title: e.currentTarget.value })} />
        <NumberInput w={130} min={1} max={600} allowDecimal={false} clampBehavior="strict" label={t("editor.minutes")} value={unit.minutes} onChange={(x) => put({ ...unit, minutes: Math.max(1, Number(x) || 1) })} />
      </div>
      {unit.kind === "lesson" && <MarkdownField courseId={courseId} label={t("editor.text")} value={unit.markdown} onChange={(markdown) => put({ ...unit, markdown })} preview />}
      {unit.kind === "document" && <DocumentEditor courseId={courseId} unit={unit} put={put} />}
      {unit.kind === "quiz" && <QuizEditor courseId={courseId} unit={unit} findings={findings} put={put} />}
    </div>
  );
}
