import { type ReactNode, useState } from "react";
import { Select, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, type PersonDetail } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { useOrgChoices } from "../../parts/org-choice.tsx";
import { PersonChoice } from "../../parts/person-choice.tsx";
import { fieldFault } from "../../parts/refusal.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";
import css from "./people.module.css";

const orNull = (s: string): string | null => (s.trim() === "" ? null : s);

export function ChangeEmployment({ personId, job, close }: { readonly personId: string; readonly job: PersonDetail["employments"][number]; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const orgs = useOrgChoices();
  const sites = useQuery({ queryKey: ["sites"], queryFn: ({ signal }) => api.people.sites({}, { signal }) });
  const [v, set] = useState({ employeeNumber: job.employeeNumber ?? "", position: job.position ?? "", workerType: job.workerType ?? "", orgUnitId: job.orgUnit?.id ?? null, siteId: job.site?.id ?? null, startedOn: job.startedOn ?? "" });
  const [superior, setSuperior] = useState(job.superior);
  const put = (patch: Partial<typeof v>): void => set({ ...v, ...patch });
  const act = useMutation({
    mutationFn: async () => {
      await api.people.changeEmployment({
        personId, employmentId: job.id, version: job.version, employeeNumber: orNull(v.employeeNumber), position: orNull(v.position), workerType: orNull(v.workerType), orgUnitId: v.orgUnitId, siteId: v.siteId, startedOn: orNull(v.startedOn),
      });
      if (superior?.id !== job.superior?.id) await api.people.setSuperior({ personId, employmentId: job.id, superiorId: superior?.id ?? null });
    },
    onSuccess: () => { close(); return queryClient.invalidateQueries(); },
  });
  return (
    <SaveDialog title={t("people.change_employment")} size="lg" act={act} close={close}>
      <div className={css["two"]}>
        <TextInput label={t("people.number")} value={v.employeeNumber} error={fieldFault(act.error, "employeeNumber")} onChange={(e) => put({ employeeNumber: e.currentTarget.value })} />
        <TextInput label={t("people.position")} value={v.position} error={fieldFault(act.error, "position")} onChange={(e) => put({ position: e.currentTarget.value })} />
        <Select label={t("people.org_unit")} searchable clearable value={v.orgUnitId} data={orgs} onChange={(x) => put({ orgUnitId: x })} />
        <Select label={t("people.site")} searchable clearable value={v.siteId} data={(sites.data?.rows ?? []).map((s) => ({ value: s.id, label: s.name }))} onChange={(x) => put({ siteId: x })} />
        <PersonChoice label={t("people.superior")} value={superior} onChange={setSuperior} error={fieldFault(act.error, "superiorId")} />
        <TextInput label={t("people.worker_type")} value={v.workerType} onChange={(e) => put({ workerType: e.currentTarget.value })} />
        <TextInput label={t("people.started")} type="date" value={v.startedOn} error={fieldFault(act.error, "startedOn")} onChange={(e) => put({ startedOn: e.currentTarget.value })} />
      </div>
    </SaveDialog>
  );
}
