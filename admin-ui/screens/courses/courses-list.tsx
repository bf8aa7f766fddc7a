import { type ReactNode, useState } from "react";
import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { IconBook2, IconPlus } from "@tabler/icons-react";
import { api, type CourseRow } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { paging, useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { Page } from "../../parts/page.tsx";
import { fieldFault } from "../../parts/refusal.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { languageNames, languages } from "../../../ui-shared/i18n.ts";

const states = ["draft", "live", "closed"] as const;
const sorts = ["title", "code", "changed"] as const;

export function CoursesList(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const query = useQuery({
    queryKey: ["courses", "list", search], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.courses.list(given({ ...paging(search), search: search["search"], state: pick(states, search["state"]), sort: pick(sorts, search["sort"]) }), { signal }),
  });
  const add = session.can("courses.write") ? <Button leftSection={<IconPlus size={16} />} onClick={() => change({ new: "1" })}>{t("courses.new")}</Button> : undefined;
  return (
    <Page title={t("courses.title")} about={t("courses.about")} actions={add}>
      <FilterBar placeholder={t("courses.search")} filters={[{ key: "state", label: t("people.state"), options: states.map((s) => ({ value: s, label: t(`state.${s}`) })) }]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconBook2 size={26} />} title={search["search"] || search["state"] ? t("list.no_match") : t("courses.empty")} action={add}>{t("courses.empty_text")}</Empty>)}>
        {(a) => (
          <DataList<CourseRow> id="courses" label={t("courses.title")} rows={a.rows} rowKey={(c) => c.id} link={(c) => ({ to: "/courses/$courseId", params: { courseId: c.id } })} stale={query.isPlaceholderData}
            page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }} sort={{ value: search["sort"] ?? "title", set: (sort) => change({ sort }) }}
            columns={[
              { id: "title", header: t("courses.name"), sort: "title", cell: (c) => <span><bdi>{c.title}</bdi><small style={{ display: "block", color: "var(--mu-text-faint)", fontWeight: 400 }}>{c.code}</small></span> },
              { id: "state", header: t("people.state"), cell: (c) => <StateBadge state={c.state} />, phone: "badge" },
              { id: "version", header: t("courses.live_version"), cell: (c) => (c.liveNumber === null ? "–" : <>{t("courses.version_number", { number: c.liveNumber })} {c.isDraftNewer && <Badge tone="accent">{t("courses.draft_newer")}</Badge>}</>) },
              { id: "minutes", header: t("courses.minutes"), cell: (c) => (c.minutes === null ? "–" : f.span(c.minutes * 60)), end: true },
              { id: "language", header: t("own.language"), cell: (c) => languageNames[c.language] },
              { id: "changed", header: t("courses.changed"), sort: "changed", cell: (c) => <time dateTime={c.draftChangedAt} title={f.instant(c.draftChangedAt)}>{f.ago(c.draftChangedAt)}</time> },
            ]} />
        )}
      </Answered>
      {search["new"] === "1" && session.can("courses.write") && <NewCourse close={() => change({ new: undefined })} />}
    </Page>
  );
}

function NewCourse({ close }: { readonly close: () => void }): ReactNode {
  const { t, language } = useI18n();
  const navigate = useNavigate();
  const [key] = useState(newKey);
  const [v, set] = useState({ title: "", code: "", summary: "", language: language as string, isCodeOwn: false });
  const suggest = (title: string): string => title.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase().slice(0, 40);
  const act = useMutation({
    mutationFn: () => api.courses.create({ title: v.title, code: v.code, summary: v.summary, language: pick(languages, v.language) ?? "en" }, { idempotencyKey: key }),
    onSuccess: async (course) => { await queryClient.invalidateQueries({ queryKey: ["courses"] }); await navigate({ to: "/courses/$courseId/edit", params: { courseId: course.id } }); },
  });
  return (
    <SaveDialog title={t("courses.new")} button={t("courses.create")} act={act} close={close} ready={v.title.trim() !== "" && v.code !== ""}>
      <TextInput label={t("courses.name")} data-autofocus value={v.title} error={fieldFault(act.error, "title")} onChange={(e) => set({ ...v, title: e.currentTarget.value, code: v.isCodeOwn ? v.code : suggest(e.currentTarget.value) })} />
      <TextInput label={t("courses.code")} description={t("courses.code_help")} value={v.code} error={fieldFault(act.error, "code")} onChange={(e) => set({ ...v, code: e.currentTarget.value, isCodeOwn: true })} />
      <Select label={t("courses.language")} value={v.language} data={languages.map((l) => ({ value: l, label: languageNames[l] }))} onChange={(x) => set({ ...v, language: x ?? "en" })} />
      <Textarea label={t("courses.summary")} description={t("courses.summary_help")} autosize minRows={2} value={v.summary} onChange={(e) => set({ ...v, summary: e.currentTarget.value })} />
    </SaveDialog>
  );
}
