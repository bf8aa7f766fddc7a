/** Where an author writes: outline at the side, one unit in the middle, what learners see beside it. */
import { type ReactNode, useState } from "react";
import { Alert, Button, Group } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { IconEye, IconRocket } from "@tabler/icons-react";
import { api, type CourseRow, type Finding } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import { useSession } from "../../../app/session.tsx";
import { Page } from "../../../parts/page.tsx";
import { Answered, Failed, Loading } from "../../../parts/states.tsx";
import { FindingList } from "../finding-list.tsx";
import { PublishDialog } from "../publish-dialog.tsx";
import { blankUnit, type Unit, type UnitKind } from "./blanks.ts";
import { Outline } from "./outline.tsx";
import { SaveWords } from "./save-words.tsx";
import { UnitEditor } from "./unit-editor.tsx";
import { type Draft, useDraft } from "./use-draft.ts";
import css from "./editor.module.css";

export function Editor(): ReactNode {
  const { t } = useI18n();
  const { courseId } = useParams({ from: "/inside/courses/$courseId/edit" });
  const course = useQuery({ queryKey: ["courses", courseId], queryFn: ({ signal }) => api.courses.get({ courseId }, { signal }) });
  const draft = useQuery({ queryKey: ["courses", courseId, "draft"], queryFn: ({ signal }) => api.courses.draft({ courseId }, { signal }), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false });
  if (course.data === undefined) return <Page title={t("courses.edit")}>{course.isError ? <Failed error={course.error} /> : <Loading shape="page" />}</Page>;
  const c = course.data;
  return <Answered query={draft} shape="page">{(d) => <Desk key={c.id} course={c} draft={d} />}</Answered>;
}

function Desk({ course, draft }: { readonly course: CourseRow; readonly draft: Draft }): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const { content, change, state, save, settle, follow, savedVersion } = useDraft(course.id, draft);
  const [chosen, setChosen] = useState(content.units[0]?.id ?? null);
  const [publishing, setPublishing] = useState(false);
  const findings = useQuery({ queryKey: ["courses", course.id, "findings", savedVersion], queryFn: ({ signal }) => api.courses.findings({ courseId: course.id }, { signal }), placeholderData: keepPreviousData });
  useHotkeys([["mod+S", () => void save()]], []);
  const index = content.units.findIndex((u) => u.id === chosen);
  const unit = content.units[index];
  const put = (next: Unit): void => change({ ...content, units: content.units.map((u) => (u.id === next.id ? next : u)) });
  const add = (kind: UnitKind): void => {
    const made = blankUnit(kind, t(`unit.${kind}`), t("editor.statement_default"));
    const at = index < 0 ? content.units.length : index + 1;
    change({ ...content, units: [...content.units.slice(0, at), made, ...content.units.slice(at)] });
    setChosen(made.id);
  };
  const go = (finding: Finding): void => { setChosen(finding.unitId); requestAnimationFrame(() => document.getElementById(`q-${finding.questionId ?? ""}`)?.scrollIntoView({ block: "center" })); };
  const list = findings.data?.findings ?? [];
  return (
    <Page title={course.title} tab={`${t("courses.edit")}: ${course.title}`} crumbs={[{ label: t("courses.title"), link: { to: "/courses" } }, { label: course.title, link: { to: "/courses/$courseId", params: { courseId: course.id } } }]} actions={(
      <>
        <SaveWords state={state} />
        <Button variant="default" component={Link} to="/courses/$courseId" params={{ courseId: course.id } as never} leftSection={<IconEye size={16} />}>{t("editor.look")}</Button>
        {session.can("courses.publish") && <Button leftSection={<IconRocket size={16} />} disabled={state.word !== "saved" || findings.data?.isChanged === false} onClick={() => setPublishing(true)}>{t("courses.publish")}</Button>}
      </>
    )}>
      {state.word === "conflict" && (
        <Alert color="warning" variant="light" role="alert" title={t("editor.conflict")}>
          <p>{t("editor.conflict_text")}</p>
          <Group gap="xs"><Button size="compact-sm" variant="default" onClick={() => void settle("theirs")}>{t("editor.theirs")}</Button><Button size="compact-sm" color="danger" variant="light" onClick={() => void settle("mine")}>{t("editor.mine")}</Button></Group>
        </Alert>
      )}
      <div className={css["desk"]}>
        <aside className={css["side"]}>
          <Outline content={content} chosen={chosen} findings={list} choose={setChosen} change={change} add={add} />
          <section className={css["check"]} aria-label={t("editor.check")}>
            <h2>{t("editor.check")}</h2>
            {list.length === 0 ? <p>{findings.data === undefined ? t("state.loading") : t("editor.all_well")}</p> : <FindingList findings={list} go={go} />}
            {findings.data && <p className={css["sum"]}>{t("editor.minutes_sum", { minutes: f.span(findings.data.minutes * 60) })}</p>}
          </section>
        </aside>
        <div className={css["page"]}>
          {unit === undefined
            ? <div className={css["start"]}><h2>{t("editor.start")}</h2><p>{t("editor.start_text")}</p><Group justify="center"><Button onClick={() => add("lesson")}>{t("editor.add_lesson")}</Button><Button variant="default" onClick={() => add("document")}>{t("editor.add_document")}</Button><Button variant="default" onClick={() => add("quiz")}>{t("editor.add_quiz")}</Button></Group></div>
            : <UnitEditor key={unit.id} courseId={course.id} unit={unit} findings={list} put={put} />}
        </div>
      </div>
      {publishing && <PublishDialog course={course} close={() => setPublishing(false)} done={() => void follow()} />}
    </Page>
  );
}
