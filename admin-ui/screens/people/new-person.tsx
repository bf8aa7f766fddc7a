import { type ReactNode, useState } from "react";
import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { useOrgChoices } from "../../parts/org-choice.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { PersonChoice } from "../../parts/person-choice.tsx";
import { fieldFault, Refusal } from "../../parts/refusal.tsx";
import { useLeaveGuard } from "../../parts/leave-guard.tsx";
import css from "./people.module.css";

const orNull = (s: string): string | null => (s.trim() === "" ? null : s);
const blank = { givenName: "", familyName: "", email: "", employeeNumber: "", position: "", startedOn: "", orgUnitId: null as string | null, siteId: null as string | null };

export function NewPerson(): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const orgs = useOrgChoices();
  const sites = useQuery({ queryKey: ["sites"], queryFn: ({ signal }) => api.people.sites({}, { signal }) });
  const [key] = useState(newKey);
  const [v, set] = useState(blank);
  const [superior, setSuperior] = useState<{ id: string; name: string } | null>(null);
  const put = (patch: Partial<typeof v>): void => set({ ...v, ...patch });
  const act = useMutation({
    mutationFn: () => api.people.record({
      givenName: v.givenName, familyName: v.familyName, email: orNull(v.email), employeeNumber: orNull(v.employeeNumber), position: orNull(v.position), startedOn: orNull(v.startedOn), orgUnitId: v.orgUnitId, siteId: v.siteId, superiorId: superior?.id ?? null,
    }, { idempotencyKey: key }),
    onSuccess: async ({ id }) => { await queryClient.invalidateQueries(); await navigate({ to: "/people/$personId", params: { personId: id }, ignoreBlocker: true }); },
  });
  useLeaveGuard(v !== blank && !act.isSuccess && !act.isPending);
  return (
    <Page title={t("people.new")} width="reading" crumbs={[{ label: t("people.title"), link: { to: "/people" } }]} about={t("people.new_about")}>
      <form onSubmit={(e) => { e.preventDefault(); act.mutate(); }}>
        <Stack>
          <Panel title={t("people.identity")}>
            <div className={css["form"]}>
              <div className={css["two"]}>
                <TextInput label={t("people.given")} autoFocus value={v.givenName} error={fieldFault(act.error, "givenName")} onChange={(e) => put({ givenName: e.currentTarget.value })} />
                <TextInput label={t("people.family")} required withAsterisk={false} value={v.familyName} error={fieldFault(act.error, "familyName")} onChange={(e) => put({ familyName: e.currentTarget.value })} />
              </div>
              <TextInput label={t("people.email")} description={t("people.email_help")} type="email" value={v.email} error={fieldFault(act.error, "email")} onChange={(e) => put({ email: e.currentTarget.value })} />
            </div>
          </Panel>
          <Panel title={t("people.employment")}>
            <div className={css["two"]}>
              <TextInput label={t("people.number")} value={v.employeeNumber} error={fieldFault(act.error, "employeeNumber")} onChange={(e) => put({ employeeNumber: e.currentTarget.value })} />
              <TextInput label={t("people.position")} value={v.position} error={fieldFault(act.error, "position")} onChange={(e) => put({ position: e.currentTarget.value })} />
              <Select label={t("people.org_unit")} searchable clearable value={v.orgUnitId} data={orgs} onChange={(x) => put({ orgUnitId: x })} />
              <Select label={t("people.site")} searchable clearable value={v.siteId} data={(sites.data?.rows ?? []).map((s) => ({ value: s.id, label: s.name }))} onChange={(x) => put({ siteId: x })} />
              <PersonChoice label={t("people.superior")} value={superior} onChange={setSuperior} error={fieldFault(act.error, "superiorId")} />
              <TextInput label={t("people.started")} type="date" value={v.startedOn} error={fieldFault(act.error, "startedOn")} onChange={(e) => put({ startedOn: e.currentTarget.value })} />
            </div>
          </Panel>
          <Refusal error={act.error} />
          <Group><Button type="submit" loading={act.isPending} disabled={v.familyName.trim() === ""}>{t("people.record")}</Button></Group>
        </Stack>
      </form>
    </Page>
  );
}
