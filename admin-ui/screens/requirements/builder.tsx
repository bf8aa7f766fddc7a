/** States a requirement: what, of whom, by when, how long it counts, and why; the people it means are shown while one writes. */
import { type ReactNode, useState } from "react";
import { Button, Group, NumberInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { api, type Requirement } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { useSearchText } from "../../app/search.ts";
import { useLeaveGuard } from "../../parts/leave-guard.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { fieldFault, Refusal } from "../../parts/refusal.tsx";
import { Answered } from "../../parts/states.tsx";
import { AudienceBuilder } from "./audience-builder.tsx";
import { AudiencePreview } from "./audience-preview.tsx";
import { DueField } from "./due-field.tsx";
import { blankTerms, isAskable, type Terms, termsOf } from "./terms.ts";
import { ValidityField } from "./validity-field.tsx";
import css from "./requirements.module.css";

export function NewRequirement(): ReactNode {
  const [search] = useSearchText();
  return <Builder first={blankTerms(search["courseId"] ?? "")} existing={null} />;
}

export function EditRequirement(): ReactNode {
  const { requirementId } = useParams({ from: "/inside/requirements/$requirementId/edit" });
  const query = useQuery({ queryKey: ["requirements", requirementId], queryFn: ({ signal }) => api.requirements.get({ requirementId }, { signal }), refetchOnWindowFocus: false });
  return <Answered query={query} shape="page">{(r) => <Builder first={termsOf(r)} existing={r} />}</Answered>;
}

function Builder({ first, existing }: { readonly first: Terms; readonly existing: Requirement | null }): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [key] = useState(newKey);
  const [v, set] = useState(first);
  const put = (patch: Partial<Terms>): void => set({ ...v, ...patch });
  const courses = useQuery({ queryKey: ["courses", "choices"], queryFn: ({ signal }) => api.courses.list({ size: "200", sort: "title" }, { signal }) });
  const act = useMutation({
    mutationFn: () => {
      const { courseId, ...terms } = v;
      return existing === null ? api.requirements.create({ courseId, ...terms }, { idempotencyKey: key }) : api.requirements.change({ requirementId: existing.id, rowVersion: existing.rowVersion, ...terms });
    },
    onSuccess: async (r) => { await queryClient.invalidateQueries(); await navigate({ to: "/requirements/$requirementId", params: { requirementId: r.id }, ignoreBlocker: true }); },
  });
  useLeaveGuard(v !== first && !act.isPending && !act.isSuccess);
  const ready = v.title.trim() !== "" && v.courseId !== "" && isAskable(v.audience) && (v.due.kind !== "fixed" || v.due.on !== "");
  return (
    <Page title={existing === null ? t("requirements.new") : t("requirements.edit", { title: existing.title })} about={existing?.state === "live" ? t("requirements.edit_about") : t("requirements.new_about")}
      crumbs={[{ label: t("requirements.title"), link: { to: "/requirements" } }, ...(existing ? [{ label: existing.title, link: { to: "/requirements/$requirementId" as const, params: { requirementId: existing.id } } }] : [])]}>
      <form className={css["builder"]} onSubmit={(e) => { e.preventDefault(); if (ready) act.mutate(); }}>
        <Stack>
          <Panel title={t("builder.what")}>
            <Stack>
              <TextInput label={t("builder.title")} placeholder={t("builder.title_example")} value={v.title} error={fieldFault(act.error, "title")} onChange={(e) => put({ title: e.currentTarget.value })} />
              {existing === null
                ? <Select label={t("builder.course")} searchable value={v.courseId || null} nothingFoundMessage={t("list.no_match")} description={t("builder.course_help")} data={(courses.data?.rows ?? []).filter((c) => c.state !== "closed").map((c) => ({ value: c.id, label: c.state === "draft" ? t("builder.course_draft", { title: c.title }) : c.title }))}
                  onChange={(id) => put({ courseId: id ?? "", ...(v.title === "" ? { title: courses.data?.rows.find((c) => c.id === id)?.title ?? "" } : {}) })} />
                : <TextInput label={t("builder.course")} value={existing.course.title} disabled description={t("builder.course_fixed")} />}
              <Textarea label={t("builder.reason")} description={t("builder.reason_help")} autosize minRows={2} value={v.reason} onChange={(e) => put({ reason: e.currentTarget.value })} />
            </Stack>
          </Panel>
          <Panel title={t("builder.who")} about={t("builder.who_about")}><AudienceBuilder value={v.audience} onChange={(audience) => put({ audience })} /></Panel>
          <Panel title={t("builder.when")}>
            <Stack>
              <DueField value={v.due} onChange={(due) => put({ due })} />
              <NumberInput w={220} label={t("requirements.grace")} description={t("builder.grace_help")} suffix={` ${t("builder.days")}`} min={0} max={365} value={v.graceDays} onChange={(x) => put({ graceDays: Number(x) || 0 })} />
            </Stack>
          </Panel>
          <Panel title={t("builder.how_long")}>
            <Stack>
              <ValidityField value={v.validity} onChange={(validity) => put({ validity })} />
              {v.validity.months !== null && <NumberInput w={220} label={t("requirements.window")} description={t("builder.window_help")} suffix={` ${t("builder.days")}`} min={0} max={365} value={v.windowDays} onChange={(x) => put({ windowDays: Number(x) || 0 })} />}
            </Stack>
          </Panel>
          <Refusal error={act.error} />
          <Group><Button type="submit" loading={act.isPending} disabled={!ready}>{t("builder.save")}</Button><span className={css["soft"]}>{t("builder.save_help")}</span></Group>
        </Stack>
        <aside className={css["live"]}><AudiencePreview condition={v.audience} /></aside>
      </form>
    </Page>
  );
}
