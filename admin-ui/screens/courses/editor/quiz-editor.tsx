import type { ReactNode } from "react";
import { Button, Checkbox, Group, NumberInput, Select, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { Finding } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import { blankPool, moved, type Pool, type Quiz } from "./blanks.ts";
import { MarkdownField } from "./markdown-field.tsx";
import { PoolEditor } from "./pool-editor.tsx";
import css from "./editor.module.css";

const feedbacks = ["verdict", "score", "marks", "answers_when_passed", "answers"] as const;
const orNull = (x: string | number): number | null => (x === "" ? null : Math.max(1, Number(x) || 1));

export function QuizEditor({ courseId, unit, findings, put }: { readonly courseId: string; readonly unit: Quiz; readonly findings: readonly Finding[]; put(unit: Quiz): void }): ReactNode {
  const { t, f } = useI18n();
  const drawn = unit.pools.reduce((sum, p) => sum + (p.draw ?? p.questions.length), 0);
  const points = unit.pools.every((p) => p.draw === null) ? unit.pools.flatMap((p) => p.questions).reduce((sum, q) => sum + q.points, 0) : null;
  const putPool = (pool: Pool): void => put({ ...unit, pools: unit.pools.map((p) => (p.id === pool.id ? pool : p)) });
  return (
    <Stack>
      <div className={css["rules"]}>
        <NumberInput label={t("quiz.pass")} suffix=" %" min={0} max={100} value={unit.passPercent} onChange={(x) => put({ ...unit, passPercent: Math.max(0, Math.min(100, Number(x) || 0)) })} />
        <NumberInput label={t("quiz.sittings")} placeholder={t("quiz.unlimited")} min={1} max={50} value={unit.maxSittings ?? ""} onChange={(x) => put({ ...unit, maxSittings: orNull(x) })} />
        <NumberInput label={t("quiz.limit")} placeholder={t("quiz.no_limit")} min={1} max={600} value={unit.limitMinutes ?? ""} onChange={(x) => put({ ...unit, limitMinutes: orNull(x) })} />
        <Select label={t("quiz.feedback")} value={unit.feedback} data={feedbacks.map((x) => ({ value: x, label: t(`quiz.feedback_${x}`) }))} onChange={(x) => put({ ...unit, feedback: feedbacks.find((y) => y === x) ?? "marks" })} />
      </div>
      <Group justify="space-between"><Checkbox label={t("quiz.shuffle")} checked={unit.shuffle} onChange={(e) => put({ ...unit, shuffle: e.currentTarget.checked })} /><span className={css["faint"]}>{points === null ? t("quiz.sum_drawn", { questions: drawn }) : t("quiz.sum", { questions: drawn, points })}</span></Group>
      <details className={css["more"]} open={unit.intro !== ""}><summary>{t("quiz.intro")}</summary><MarkdownField courseId={courseId} label={t("quiz.intro")} value={unit.intro} rows={3} onChange={(intro) => put({ ...unit, intro })} /></details>
      {unit.pools.map((pool, i) => (
        <PoolEditor key={pool.id} pool={pool} number={f.number(i + 1)} isOnly={unit.pools.length === 1} findings={findings} put={putPool}
          remove={() => { if (window.confirm(t("quiz.remove_pool"))) put({ ...unit, pools: unit.pools.filter((p) => p.id !== pool.id) }); }} move={(by) => put({ ...unit, pools: moved(unit.pools, i, by) })} />
      ))}
      <Group><Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => put({ ...unit, pools: [...unit.pools, blankPool()] })} disabled={unit.pools.length >= 20}>{t("quiz.add_pool")}</Button></Group>
    </Stack>
  );
}
