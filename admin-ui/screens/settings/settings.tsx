import { type ReactNode, useState } from "react";
import { Button, ColorInput, Group, Select, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api } from "../../app/api.ts";
import { dressUp } from "../../app/brand.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { sessionKey, useSession } from "../../app/session.tsx";
import { useLeaveGuard } from "../../parts/leave-guard.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { fieldFault, Refusal } from "../../parts/refusal.tsx";
import { Answered } from "../../parts/states.tsx";
import { isLanguage, languageNames, languages } from "../../../ui-shared/i18n.ts";
import { zones } from "./zones.ts";
import { SitesPanel } from "./sites-panel.tsx";

type Company = Awaited<ReturnType<typeof api.settings.company>>;

export function SettingsScreen(): ReactNode {
  const { t } = useI18n();
  const query = useQuery({ queryKey: ["settings", "company"], queryFn: ({ signal }) => api.settings.company({}, { signal }), refetchOnWindowFocus: false });
  return <Page title={t("settings.title")} about={t("settings.about")} width="reading"><Answered query={query} shape="form">{(c) => <CompanyForm key={c.rowVersion} company={c} />}</Answered><SitesPanel /></Page>;
}

function CompanyForm({ company }: { readonly company: Company }): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const [v, set] = useState(company);
  const mayWrite = session.can("settings.write");
  const act = useMutation({
    mutationFn: () => api.settings.changeCompany({ name: v.name, zone: v.zone, language: v.language, accent: v.accent, signatureLine: v.signatureLine, rowVersion: company.rowVersion }),
    onSuccess: async () => { notifications.show({ message: t("settings.saved") }); await Promise.all([dressUp(), queryClient.invalidateQueries({ queryKey: ["settings"] }), queryClient.invalidateQueries({ queryKey: sessionKey })]); },
  });
  useLeaveGuard(v !== company && !act.isPending && !act.isSuccess);
  return (
    <Panel title={t("settings.company")}>
      <form onSubmit={(e) => { e.preventDefault(); act.mutate(); }}>
        <Stack>
          <TextInput label={t("settings.name")} description={t("settings.name_help")} value={v.name} disabled={!mayWrite} error={fieldFault(act.error, "name")} onChange={(e) => set({ ...v, name: e.currentTarget.value })} />
          <Select label={t("settings.zone")} description={t("settings.zone_help")} searchable value={v.zone} data={zones} disabled={!mayWrite} onChange={(x) => set({ ...v, zone: x ?? v.zone })} />
          <Select label={t("settings.language")} description={t("settings.language_help")} value={v.language} disabled={!mayWrite} data={languages.map((l) => ({ value: l, label: languageNames[l] }))} onChange={(x) => { if (isLanguage(x)) set({ ...v, language: x }); }} />
          <ColorInput label={t("settings.accent")} description={t("settings.accent_help")} format="hex" value={v.accent} disabled={!mayWrite} swatches={["#0f766e", "#1d4ed8", "#7c3aed", "#be185d", "#b45309", "#15803d", "#334155"]} error={fieldFault(act.error, "accent")} onChange={(accent) => set({ ...v, accent })} />
          <TextInput label={t("settings.signature")} description={t("settings.signature_help")} value={v.signatureLine} disabled={!mayWrite} error={fieldFault(act.error, "signatureLine")} onChange={(e) => set({ ...v, signatureLine: e.currentTarget.value })} />
          <TextInput label={t("settings.public_url")} description={t("settings.public_url_help")} value={v.publicUrl ?? ""} disabled dir="ltr" />
          <Refusal error={act.error} />
          {mayWrite && <Group><Button type="submit" loading={act.isPending} disabled={v === company || v.name.trim() === ""}>{t("action.save")}</Button></Group>}
        </Stack>
      </form>
    </Panel>
  );
}
