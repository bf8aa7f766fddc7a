import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { IconFileTypePdf, IconPhoto } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Panel } from "../../parts/panel.tsx";
import css from "./courses.module.css";

export const fileUrl = (courseId: string, sha256: string): string => `/api/courses/${courseId}/files/${sha256}`;

export function FilesTab({ courseId }: { readonly courseId: string }): ReactNode {
  const { t, f } = useI18n();
  const query = useQuery({ queryKey: ["courses", courseId, "files"], queryFn: ({ signal }) => api.courses.files({ courseId }, { signal }) });
  return (
    <Answered query={query} shape="cards" empty={(a) => (a.files.length > 0 ? null : <Panel><Empty icon={<IconPhoto size={26} />} title={t("courses.no_files")}>{t("courses.no_files_text")}</Empty></Panel>)}>
      {(a) => (
        <ul className={css["files"]}>
          {a.files.map((x) => (
            <li key={x.sha256}><a href={fileUrl(courseId, x.sha256)} target="_blank" rel="noreferrer"><div className={css["thumb"]}>{x.type === "application/pdf" ? <IconFileTypePdf size={36} aria-hidden /> : <img src={fileUrl(courseId, x.sha256)} alt="" loading="lazy" />}</div><span>{x.name}<small>{f.bytes(x.size)}</small></span></a></li>
          ))}
        </ul>
      )}
    </Answered>
  );
}
