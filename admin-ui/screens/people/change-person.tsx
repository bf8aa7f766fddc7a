import { type ReactNode, useState } from "react";
import { Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, type PersonDetail } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { fieldFault } from "../../parts/refusal.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";
import { isLanguage, languageNames, languages } from "../../../ui-shared/i18n.ts";
import css from "./people.module.css";

export function ChangePerson({ person: p, close }: { readonly person: PersonDetail; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const [v, set] = useState({ givenName: p.givenName, familyName: p.familyName, email: p.email ?? "", language: p.language ?? "" });
  const put = (patch: Partial<typeof v>): void => set({ ...v, ...patch });
  const act = useMutation({
    mutationFn: () => api.people.change({ personId: p.id, version: p.version, givenName: v.givenName, familyName: v.familyName, email: v.email.trim() === "" ? null : v.email, language: isLanguage(v.language) ? v.language : null }),
    onSuccess: () => { close(); return queryClient.invalidateQueries(); },
  });
  return (
    <SaveDialog title={t("people.change_identity")} act={act} close={close} ready={v.familyName.trim() !== "" || v.givenName.trim() !== ""}>
      <div className={css["two"]}>
        <TextInput label={t("people.given")} value={v.givenName} error={fieldFault(act.error, "givenName")} onChange={(e) => put({ givenName: e.currentTarget.value })} />
        <TextInput label={t("people.family")} value={v.familyName} error={fieldFault(act.error, "familyName")} onChange={(e) => put({ familyName: e.currentTarget.value })} />
      </div>
      <TextInput label={t("people.email")} type="email" value={v.email} error={fieldFault(act.error, "email")} onChange={(e) => put({ email: e.currentTarget.value })} description={t("people.email_help")} />
      <Select label={t("own.language")} value={v.language} data={[{ value: "", label: t("people.language_default") }, ...languages.map((l) => ({ value: l, label: languageNames[l] }))]} onChange={(x) => put({ language: x ?? "" })} />
    </SaveDialog>
  );
}
