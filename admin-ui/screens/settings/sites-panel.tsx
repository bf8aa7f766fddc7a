/** Places of work: their zone decides when a day ends for the people there. */
import { type ReactNode, useState } from "react";
import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconMapPin, IconPlus } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { useSession } from "../../app/session.tsx";
import { Panel } from "../../parts/panel.tsx";
import { fieldFault } from "../../parts/refusal.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "../people/people.module.css";
import { zones } from "./zones.ts";

interface Site { readonly id: string | null; readonly name: string; readonly zone: string; readonly country: string }

export function SitesPanel(): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const [open, setOpen] = useState<Site | null>(null);
  const query = useQuery({ queryKey: ["sites"], enabled: session.can("people.read"), queryFn: ({ signal }) => api.people.sites({}, { signal }) });
  if (!session.can("people.read")) return null;
  const mayWrite = session.can("people.write");
  return (
    <Panel title={t("sites.title")} about={t("sites.about")} actions={mayWrite && <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => setOpen({ id: null, name: "", zone: session.zone, country: "" })}>{t("sites.new")}</Button>}>
      <Answered query={query} shape="form" empty={(a) => (a.rows.length > 0 ? null : <Empty compact icon={<IconMapPin size={22} />} title={t("sites.empty")} />)}>
        {(a) => <ul className={css["plain"]}>{a.rows.map((s) => <li key={s.id}><div><b>{s.name}</b><small style={{ display: "block", color: "var(--mu-text-faint)" }}>{s.zone}{s.country === null ? "" : ` · ${s.country}`}</small></div><span>{t("list.people", { count: s.people })}{mayWrite && <Button ms="xs" size="compact-sm" variant="subtle" onClick={() => setOpen({ id: s.id, name: s.name, zone: s.zone, country: s.country ?? "" })}>{t("action.change")}</Button>}</span></li>)}</ul>}
      </Answered>
      {open !== null && <SiteDialog first={open} close={() => setOpen(null)} />}
    </Panel>
  );
}

function SiteDialog({ first, close }: { readonly first: Site; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const [v, set] = useState(first);
  const act = useMutation({
    mutationFn: () => { const country = v.country.trim() === "" ? null : v.country.trim().toUpperCase(); return v.id === null ? api.people.createSite({ name: v.name, zone: v.zone, country }) : api.people.changeSite({ siteId: v.id, name: v.name, zone: v.zone, country }); },
    onSuccess: () => { close(); return queryClient.invalidateQueries({ queryKey: ["sites"] }); },
  });
  return (
    <SaveDialog title={v.id === null ? t("sites.new") : t("sites.change")} act={act} close={close} ready={v.name.trim() !== ""}>
      <TextInput label={t("sites.name")} data-autofocus value={v.name} error={fieldFault(act.error, "name")} onChange={(e) => set({ ...v, name: e.currentTarget.value })} />
      <Select label={t("settings.zone")} searchable value={v.zone} data={zones} onChange={(x) => set({ ...v, zone: x ?? v.zone })} />
      <TextInput label={t("sites.country")} description={t("sites.country_help")} maxLength={2} w={120} value={v.country} error={fieldFault(act.error, "country")} onChange={(e) => set({ ...v, country: e.currentTarget.value })} />
    </SaveDialog>
  );
}
