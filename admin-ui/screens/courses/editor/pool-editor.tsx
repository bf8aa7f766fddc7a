/** Questions, and how many of them are drawn. Ctrl/⌘ Enter adds the next one. */
import type { ReactNode } from "react";
import { flushSync } from "react-dom";
import { ActionIcon, Button, Group, Menu, NumberInput, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconChevronDown, IconPlus, IconTrash } from "@tabler/icons-react";
import type { Finding } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import { moved, type Pool, type Question, questionOf } from "./blanks.ts";
import { QuestionEditor } from "./question-editor.tsx";
import css from "./editor.module.css";

export const kinds = ["single", "multiple", "true_false", "numeric"] as const;
export const focusQuestion = (id: string): void => document.querySelector<HTMLTextAreaElement>(`#q-${id} textarea`)?.focus();

interface Props { readonly pool: Pool; readonly number: string; readonly isOnly: boolean; readonly findings: readonly Finding[]; put(pool: Pool): void; remove(): void; move(by: number): void }
export function PoolEditor({ pool, number, isOnly, findings, put, remove, move }: Props): ReactNode {
  const { t } = useI18n();
  const add = (kind: Question["kind"], at = pool.questions.length): void => {
    const made = questionOf(kind);
    flushSync(() => put({ ...pool, questions: [...pool.questions.slice(0, at), made, ...pool.questions.slice(at)] }));
    focusQuestion(made.id);
  };
  return (
    <section className={css["pool"]} aria-label={t("quiz.pool", { number })}>
      <header>
        <TextInput className={css["poolTitle"]} aria-label={t("quiz.pool_title")} placeholder={t("quiz.pool", { number })} value={pool.title} maxLength={200} onChange={(e) => put({ ...pool, title: e.currentTarget.value })} />
        <NumberInput w={170} aria-label={t("quiz.draw")} leftSection={null} placeholder={t("quiz.draw_all")} min={1} max={Math.max(1, pool.questions.length)} value={pool.draw ?? ""} suffix={` ${t("quiz.draw_of", { total: pool.questions.length })}`} onChange={(x) => put({ ...pool, draw: x === "" ? null : Math.max(1, Number(x) || 1) })} />
        {!isOnly && <Group gap={2}><ActionIcon variant="subtle" color="gray" aria-label={t("editor.up")} onClick={() => move(-1)}><IconArrowUp size={16} /></ActionIcon><ActionIcon variant="subtle" color="gray" aria-label={t("editor.down")} onClick={() => move(1)}><IconArrowDown size={16} /></ActionIcon><ActionIcon variant="subtle" color="danger" aria-label={t("quiz.remove_pool_label")} onClick={remove}><IconTrash size={16} /></ActionIcon></Group>}
      </header>
      {pool.questions.map((q, i) => (
        <QuestionEditor key={q.id} question={q} number={i + 1} total={pool.questions.length} findings={findings.filter((x) => x.questionId === q.id)}
          put={(next) => put({ ...pool, questions: pool.questions.map((x) => (x.id === q.id ? next : x)) })} move={(by) => put({ ...pool, questions: moved(pool.questions, i, by) })}
          remove={() => put({ ...pool, questions: pool.questions.filter((x) => x.id !== q.id) })} next={() => add(q.kind, i + 1)} copy={(made) => put({ ...pool, questions: [...pool.questions.slice(0, i + 1), made, ...pool.questions.slice(i + 1)] })} />
      ))}
      <Group gap={0}>
        <Button variant="light" leftSection={<IconPlus size={15} />} onClick={() => add(pool.questions.at(-1)?.kind ?? "single")} className={css["split"]}>{t("quiz.add_question")}</Button>
        <Menu position="bottom-start"><Menu.Target><Button variant="light" px={8} aria-label={t("quiz.add_kind")} className={css["splitEnd"]}><IconChevronDown size={15} /></Button></Menu.Target><Menu.Dropdown>{kinds.map((k) => <Menu.Item key={k} onClick={() => add(k)}>{t(`question.${k}`)}</Menu.Item>)}</Menu.Dropdown></Menu>
        <span className={css["hint"]}>{t("quiz.hint")}</span>
      </Group>
    </section>
  );
}
