import type { ReactNode } from "react";
import { ActionIcon, Group, NumberInput, Radio, Select, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconTrash } from "@tabler/icons-react";
import type { Finding } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import { FindingList } from "../finding-list.tsx";
import { newId, type Question, questionOf } from "./blanks.ts";
import { Choices } from "./choices.tsx";
import css from "./editor.module.css";

const kinds = ["single", "multiple", "true_false", "numeric"] as const;
interface Props { readonly question: Question; readonly number: number; readonly total: number; readonly findings: readonly Finding[]; put(question: Question): void; move(by: number): void; remove(): void; next(): void; copy(question: Question): void }

export function QuestionEditor({ question: q, number, total, findings, put, move, remove, next, copy }: Props): ReactNode {
  const { t, f } = useI18n();
  const name = t("question.number", { number });
  const act = (label: string, icon: ReactNode, run: () => void, off = false): ReactNode => <Tooltip label={label}><ActionIcon variant="subtle" color="gray" size={28} aria-label={`${name}: ${label}`} disabled={off} onClick={run}>{icon}</ActionIcon></Tooltip>;
  return (
    <article id={`q-${q.id}`} className={css["question"]} aria-label={name} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); next(); } }}>
      <header>
        <b>{f.number(number)}</b>
        <Select size="xs" w={190} aria-label={t("question.kind")} value={q.kind} data={kinds.map((k) => ({ value: k, label: t(`question.${k}`) }))} onChange={(k) => { const kind = kinds.find((x) => x === k); if (kind) put(questionOf(kind, q)); }} />
        <NumberInput size="xs" w={110} min={1} max={100} aria-label={t("question.points")} value={q.points} suffix={` ${t("question.points_short")}`} onChange={(x) => put({ ...q, points: Math.max(1, Math.min(100, Number(x) || 1)) })} />
        <Group gap={0} ms="auto">{act(t("editor.up"), <IconArrowUp size={15} />, () => move(-1), number === 1)}{act(t("editor.down"), <IconArrowDown size={15} />, () => move(1), number === total)}
          {act(t("editor.copy"), <IconCopy size={15} />, () => copy("choices" in q ? { ...q, id: newId(), choices: q.choices.map((c) => ({ ...c, id: newId() })) } : { ...q, id: newId() }))}{act(t("editor.remove"), <IconTrash size={15} />, remove)}</Group>
      </header>
      <Textarea aria-label={t("question.text")} placeholder={t("question.text")} autosize minRows={1} dir="auto" value={q.text} maxLength={4000} onChange={(e) => put({ ...q, text: e.currentTarget.value })}
        onKeyDown={(e) => { if (e.key === "Enter" && !e.shiftKey && !e.ctrlKey && !e.metaKey && "choices" in q) { e.preventDefault(); document.querySelector<HTMLInputElement>(`#q-${q.id} [data-choice]`)?.focus(); } }} />
      {"choices" in q && <Choices question={q} put={put} />}
      {q.kind === "true_false" && <Radio.Group aria-label={t("question.right")} value={q.isTrue ? "true" : "false"} onChange={(x) => put({ ...q, isTrue: x === "true" })}><Group><Radio value="true" label={t("question.is_true")} /><Radio value="false" label={t("question.is_false")} /></Group></Radio.Group>}
      {q.kind === "numeric" && (
        <Group align="flex-end"><TextInput w={150} label={t("question.answer")} inputMode="decimal" value={q.answer} onChange={(e) => put({ ...q, answer: e.currentTarget.value.replace(",", ".") })} /><TextInput w={130} label={t("question.tolerance")} leftSection="±" inputMode="decimal" value={q.tolerance} onChange={(e) => put({ ...q, tolerance: e.currentTarget.value.replace(",", ".") })} /><TextInput w={120} label={t("question.unit")} maxLength={40} value={q.unit} onChange={(e) => put({ ...q, unit: e.currentTarget.value })} /></Group>
      )}
      <Textarea variant="filled" size="xs" aria-label={t("question.explanation")} placeholder={t("question.explanation")} autosize minRows={1} dir="auto" value={q.explanation} onChange={(e) => put({ ...q, explanation: e.currentTarget.value })} />
      {findings.length > 0 && <FindingList findings={findings} />}
    </article>
  );
}
