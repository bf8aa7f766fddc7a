import type { ReactNode } from "react";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconChecklist } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSession } from "../../app/session.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { RequirementTable } from "../requirements/requirement-table.tsx";

export function UsedByTab({ courseId, isLive }: { readonly courseId: string; readonly isLive: boolean }): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const query = useQuery({ queryKey: ["requirements", "of", courseId], queryFn: ({ signal }) => api.requirements.list({ courseId, size: "100" }, { signal }) });
  return (
    <Answered query={query} empty={(a) => (a.total > 0 ? null : (
      <Panel><Empty icon={<IconChecklist size={26} />} title={t("courses.unused")} action={isLive && session.can("requirements.write") ? <Button component={Link} to="/requirements/new" search={{ courseId } as never}>{t("requirements.new")}</Button> : undefined}>{t("courses.unused_text")}</Empty></Panel>
    ))}>
      {(a) => <RequirementTable rows={a.rows} />}
    </Answered>
  );
}
