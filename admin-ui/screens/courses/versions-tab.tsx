import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { IconVersions } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Badge } from "../../parts/badge.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Panel, Pairs } from "../../parts/panel.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import people from "../people/people.module.css";
import css from "./courses.module.css";

export function VersionsTab({ courseId }: { readonly courseId: string }): ReactNode {
  const { t, f } = useI18n();
  const query = useQuery({ queryKey: ["courses", courseId, "versions"], queryFn: ({ signal }) => api.courses.versions({ courseId }, { signal }) });
  return (
    <Answered query={query} empty={(a) => (a.versions.length > 0 ? null : <Panel><Empty icon={<IconVersions size={26} />} title={t("courses.no_versions")}>{t("courses.no_versions_text")}</Empty></Panel>)}>
      {(a) => (
        <div className={people["stack"]}>
          {a.versions.map((v) => (
            <Panel key={v.id} title={t("courses.version_number", { number: v.number })} about={t("courses.published", { time: f.instant(v.createdAt) })} actions={v.isLive ? <Badge tone="success">{t("state.live")}</Badge> : <a href={`/api/courses/versions/${v.id}/content.json`} download>{t("courses.content_file")}</a>}>
              <Pairs pairs={[
                [t("courses.name"), v.title], [t("publish.change"), `${t(`publish.${v.publication.change}`)} – ${v.publication.reason}`], [t("publish.from"), f.day(v.publication.effectiveOn)],
                [t("courses.size"), t("courses.size_text", { units: v.unitCount, minutes: v.minutes })], [t("courses.hash"), <span key="h" className={css["hash"]}>{v.contentSha256} <CopyButton value={v.contentSha256} /></span>],
              ]} />
            </Panel>
          ))}
        </div>
      )}
    </Answered>
  );
}
