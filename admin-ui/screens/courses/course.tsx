import { type ReactNode, useState } from "react";
import { Button, Menu, ActionIcon, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { IconCopy, IconDots, IconDoorExit, IconDoorEnter, IconPencil, IconRocket, IconSettings } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { Page } from "../../parts/page.tsx";
import { FactStrip } from "../../parts/panel.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { languageNames } from "../../../ui-shared/i18n.ts";
import { ChangeCourse } from "./change-course.tsx";
import { Duplicate } from "./duplicate.tsx";
import { FilesTab } from "./files-tab.tsx";
import { PreviewTab } from "./preview-tab.tsx";
import { PublishDialog } from "./publish-dialog.tsx";
import { UsedByTab } from "./used-by-tab.tsx";
import { VersionsTab } from "./versions-tab.tsx";

export function CourseScreen(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const navigate = useNavigate();
  const { courseId } = useParams({ from: "/inside/courses/$courseId" });
  const [search, change] = useSearchText();
  const [dialog, setDialog] = useState<"publish" | "close" | "reopen" | "change" | "copy" | null>(null);
  const query = useQuery({ queryKey: ["courses", courseId], queryFn: ({ signal }) => api.courses.get({ courseId }, { signal }) });
  const crumbs = [{ label: t("courses.title"), link: { to: "/courses" } as const }];
  if (query.data === undefined) return <Page title={t("courses.one")} crumbs={crumbs}>{query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading shape="page" />}</Page>;
  const c = query.data;
  const mayWrite = session.can("courses.write");
  const close = (): void => setDialog(null);
  return (
    <Page title={c.title} crumbs={crumbs} badge={<><StateBadge state={c.state} />{c.isDraftNewer && c.liveNumber !== null && <Badge tone="accent">{t("courses.draft_newer")}</Badge>}</>} about={c.summary || undefined} actions={mayWrite && (
      <>
        <Button variant="default" component={Link} to="/courses/$courseId/edit" params={{ courseId } as never} leftSection={<IconPencil size={16} />}>{t("courses.edit")}</Button>
        {session.can("courses.publish") && c.state !== "closed" && <Button leftSection={<IconRocket size={16} />} onClick={() => setDialog("publish")} disabled={!c.isDraftNewer}>{t("courses.publish")}</Button>}
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon variant="default" size={36} aria-label={t("action.more")}><IconDots size={18} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => setDialog("change")}>{t("courses.change")}</Menu.Item>
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => setDialog("copy")}>{t("courses.duplicate")}</Menu.Item>
            {c.state === "live" && <Menu.Item color="danger" leftSection={<IconDoorExit size={16} />} onClick={() => setDialog("close")}>{t("courses.close")}</Menu.Item>}
            {c.state === "closed" && <Menu.Item leftSection={<IconDoorEnter size={16} />} onClick={() => setDialog("reopen")}>{t("courses.reopen")}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      </>
    )}>
      <FactStrip facts={[
        { label: t("courses.code"), value: c.code }, { label: t("courses.live_version"), value: c.liveNumber === null ? t("courses.none_yet") : t("courses.version_number", { number: c.liveNumber }), note: t("courses.versions_count", { count: c.versionCount }) },
        { label: t("courses.minutes"), value: c.minutes === null ? "–" : f.span(c.minutes * 60) }, { label: t("own.language"), value: languageNames[c.language] }, { label: t("courses.changed"), value: f.ago(c.draftChangedAt), note: f.instant(c.draftChangedAt) },
      ]} />
      <Tabs value={search["tab"] ?? "content"} onChange={(tab) => change({ tab: tab ?? undefined })}>
        <Tabs.List mb="lg" aria-label={c.title}>
          <Tabs.Tab value="content">{t("courses.tab_content")}</Tabs.Tab><Tabs.Tab value="versions">{t("courses.tab_versions")}</Tabs.Tab>
          {session.can("requirements.read") && <Tabs.Tab value="used">{t("courses.tab_used")}</Tabs.Tab>}<Tabs.Tab value="files">{t("courses.tab_files")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="content"><PreviewTab courseId={courseId} mayWrite={mayWrite} /></Tabs.Panel>
        <Tabs.Panel value="versions"><VersionsTab courseId={courseId} /></Tabs.Panel>
        <Tabs.Panel value="used"><UsedByTab courseId={courseId} isLive={c.state === "live"} /></Tabs.Panel>
        <Tabs.Panel value="files"><FilesTab courseId={courseId} /></Tabs.Panel>
      </Tabs>
      {dialog === "publish" && <PublishDialog course={c} close={close} done={() => void navigate({ to: ".", search: { tab: "versions" } as never })} />}
      {dialog === "change" && <ChangeCourse course={c} close={close} />}
      {dialog === "copy" && <Duplicate course={c} close={close} />}
      {dialog === "close" && <ReasonDialog danger title={t("courses.close")} about={t("courses.close_about")} button={t("courses.close")} close={close} run={(reason) => api.courses.close({ courseId, reason })} />}
      {dialog === "reopen" && <ReasonDialog title={t("courses.reopen")} about={t("courses.reopen_about")} button={t("courses.reopen")} close={close} run={(reason) => api.courses.reopen({ courseId, reason })} />}
    </Page>
  );
}
