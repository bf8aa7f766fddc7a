import { type ReactNode, useState } from "react";
import { TextInput } from "@mantine/core";
import { api, type PersonDetail } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";

export function EndEmployment({ personId, job, close }: { readonly personId: string; readonly job: PersonDetail["employments"][number]; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const [on, setOn] = useState("");
  return (
    <ReasonDialog danger title={t("people.end")} about={t("people.end_about")} button={t("people.end")} close={close} ready={on !== ""}
      extra={<TextInput type="date" label={t("people.last_day")} required withAsterisk={false} value={on} onChange={(e) => setOn(e.currentTarget.value)} />}
      run={(reason) => api.people.endEmployment({ personId, employmentId: job.id, endedOn: on, reason })} />
  );
}
