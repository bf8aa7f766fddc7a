/** Answers to choose from, made for typing: Enter adds the next, Backspace in an empty one takes it away. */
import type { ReactNode } from "react";
import { flushSync } from "react-dom";
import { ActionIcon, Button, Checkbox, Radio, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useI18n } from "../../../app/i18n.tsx";
import { blankChoice, moved, type Question } from "./blanks.ts";
import css from "./editor.module.css";

type Chooseable = Extract<Question, { kind: "single" | "multiple" }>;
const focus = (id: string): void => document.querySelector<HTMLInputElement>(`[data-choice="${id}"]`)?.focus();

export function Choices({ question: q, put }: { readonly question: Chooseable; put(question: Question): void }): ReactNode {
  const { t } = useI18n();
  const set = (choices: Chooseable["choices"]): void => put({ ...q, choices });
  const add = (at: number): void => {
    if (q.choices.length >= 20) return;
    const made = blankChoice();
    // Drawn at once, so that the next letter already falls into the new field.
    flushSync(() => set([...q.choices.slice(0, at), made, ...q.choices.slice(at)]));
    focus(made.id);
  };
  const remove = (i: number): void => {
    if (q.choices.length <= 2) return;
    focus(q.choices[Math.max(0, i - 1)]?.id ?? "");
    set(q.choices.filter((_, n) => n !== i));
  };
  return (
    <div className={css["choices"]} role="group" aria-label={t("question.choices")}>
      {q.choices.map((c, i) => (
        <div key={c.id}>
          {q.kind === "single"
            ? <Radio name={q.id} checked={c.isCorrect} aria-label={t("question.mark_right", { number: i + 1 })} onChange={() => set(q.choices.map((x) => ({ ...x, isCorrect: x.id === c.id })))} />
            : <Checkbox checked={c.isCorrect} aria-label={t("question.mark_right", { number: i + 1 })} onChange={(e) => set(q.choices.map((x) => (x.id === c.id ? { ...x, isCorrect: e.currentTarget.checked } : x)))} />}
          <TextInput className={css["choice"]} data-choice={c.id} dir="auto" aria-label={t("question.choice", { number: i + 1 })} placeholder={t("question.choice", { number: i + 1 })} value={c.text} maxLength={1000}
            onChange={(e) => set(q.choices.map((x) => (x.id === c.id ? { ...x, text: e.currentTarget.value } : x)))}
            onKeyDown={(e) => {
              if (e.key === "Enter" && !e.ctrlKey && !e.metaKey) { e.preventDefault(); const following = q.choices[i + 1]; if (following && following.text === "") focus(following.id); else add(i + 1); }
              if (e.key === "Backspace" && c.text === "" && q.choices.length > 2) { e.preventDefault(); remove(i); }
              if (e.altKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) { e.preventDefault(); flushSync(() => set(moved(q.choices, i, e.key === "ArrowUp" ? -1 : 1))); focus(c.id); }
            }} />
          <ActionIcon variant="subtle" color="gray" size={28} aria-label={t("question.remove_choice", { number: i + 1 })} disabled={q.choices.length <= 2} onClick={() => remove(i)}><IconX size={15} /></ActionIcon>
        </div>
      ))}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => add(q.choices.length)} disabled={q.choices.length >= 20}>{t("question.add_choice")}</Button>
    </div>
  );
}
