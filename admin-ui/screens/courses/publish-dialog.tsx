/** Publishing makes the draft an unchangeable numbered version: what kind of change, why, from when, and what happens to those inside. */
import { type ReactNode, useState } from "react";
import { Alert, Button, Group, Modal, NumberInput, Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconAlertTriangle } from "@tabler/icons-react";
import { api, type CourseRow } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { useSession } from "../../app/session.tsx";
import { pick } from "../../app/given.ts";
import { Refusal } from "../../parts/refusal.tsx";
import { Answered } from "../../parts/states.tsx";
import { FindingList } from "./finding-list.tsx";

const classes = ["editorial", "minor", "material"] as const;
const policies = ["finish", "move", "restart"] as const;
const todayIn = (zone: string): string => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date());

export function PublishDialog({ course, close, done }: { readonly course: CourseRow; readonly close: () => void; readonly done: () => void }): ReactNode {
  const { t } = useI18n();
  const { zone } = useSession();
  const [key] = useState(newKey);
  const isFirst = course.versionCount === 0;
  const findings = useQuery({ queryKey: ["courses", course.id, "findings"], queryFn: ({ signal }) => api.courses.findings({ courseId: course.id }, { signal }), staleTime: 0 });
  const [v, set] = useState({ change: isFirst ? "material" as const : "minor" as (typeof classes)[number], reason: isFirst ? t("publish.first_reason") : "", effectiveOn: todayIn(zone), inProgress: "finish" as (typeof policies)[number], withinDays: 14 });
  const act = useMutation({
    mutationFn: (rowVersion: number) => api.courses.publish({
      courseId: course.id, rowVersion, change: v.change, reason: v.reason.trim(), effectiveOn: v.effectiveOn, policy: { inProgress: v.inProgress, withinDays: v.inProgress === "move" ? v.withinDays : null },
    }, { idempotencyKey: key }),
    onSuccess: () => { close(); done(); void queryClient.invalidateQueries({ predicate: (q) => q.queryKey[2] !== "draft" }); },
  });
  return (
    <Modal opened onClose={close} size="lg" title={t("publish.title", { number: course.versionCount + 1 })}>
      <Answered query={findings} shape="form">
        {(a) => (
          <form onSubmit={(e) => { e.preventDefault(); act.mutate(a.rowVersion); }}>
            <Stack>
              {!a.isPublishable && <Alert color="danger" variant="light" icon={<IconAlertTriangle size={18} />} title={t("publish.blocked")}><Link to="/courses/$courseId/edit" params={{ courseId: course.id }}>{t("publish.to_editor")}</Link></Alert>}
              {a.findings.length > 0 && <FindingList findings={a.findings} />}
              {!isFirst && (
                <Radio.Group label={t("publish.change")} value={v.change} onChange={(x) => set({ ...v, change: pick(classes, x) ?? "minor" })}>
                  <Stack gap="xs" mt={6}>{classes.map((c) => <Radio key={c} value={c} label={t(`publish.${c}`)} description={t(`publish.${c}_text`)} />)}</Stack>
                </Radio.Group>
              )}
              <Textarea label={t("publish.reason")} description={t("publish.reason_help")} autosize minRows={2} required withAsterisk={false} value={v.reason} onChange={(e) => set({ ...v, reason: e.currentTarget.value })} />
              <TextInput type="date" label={t("publish.from")} description={t("publish.from_help")} min={todayIn(zone)} value={v.effectiveOn} onChange={(e) => set({ ...v, effectiveOn: e.currentTarget.value })} />
              {!isFirst && (
                <Radio.Group label={t("publish.inside")} value={v.inProgress} onChange={(x) => set({ ...v, inProgress: pick(policies, x) ?? "finish" })}>
                  <Stack gap="xs" mt={6}>{policies.map((p) => <Radio key={p} value={p} label={t(`publish.${p}`)} />)}</Stack>
                </Radio.Group>
              )}
              {!isFirst && v.inProgress === "move" && <NumberInput label={t("publish.within")} min={0} max={365} w={160} value={v.withinDays} onChange={(x) => set({ ...v, withinDays: Number(x) || 0 })} />}
              <Refusal error={act.error} />
              <Group justify="flex-end"><Button variant="default" onClick={close}>{t("action.cancel")}</Button><Button type="submit" loading={act.isPending} disabled={!a.isPublishable || v.reason.trim() === ""}>{t("publish.do", { number: course.versionCount + 1 })}</Button></Group>
            </Stack>
          </form>
        )}
      </Answered>
    </Modal>
  );
}
