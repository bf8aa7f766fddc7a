import { type ReactNode, useState } from "react";
import { Select, Stack, TextInput } from "@mantine/core";
import { api } from "../app/api.ts";
import { type PlainKey, useI18n } from "../app/i18n.tsx";
import { PersonChoice } from "./person-choice.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";

const roles = ["administrator", "hr", "author", "manager", "auditor"] as const;

/** Gives a role to a person; without `person` it is chosen first. */
export function GrantDialog({ person: fixed, close }: { readonly person?: { readonly id: string; readonly name: string }; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const [person, setPerson] = useState<{ id: string; name: string } | null>(fixed ?? null);
  const [role, setRole] = useState<(typeof roles)[number]>("hr");
  const [until, setUntil] = useState("");
  return (
    <ReasonDialog title={t("access.grant")} about={fixed ? t("access.grant_to", { name: fixed.name }) : t("access.grant_about")} button={t("access.grant")} close={close} ready={person !== null}
      extra={(
        <Stack>
          {!fixed && <PersonChoice label={t("people.one")} value={person} onChange={setPerson} />}
          <Select label={t("access.role")} value={role} data={roles.map((r) => ({ value: r, label: t(`role.${r}`) }))} description={t(`role.${role}_text` as PlainKey)} onChange={(v) => setRole(roles.find((r) => r === v) ?? "hr")} />
          <TextInput type="date" label={t("access.until")} description={t("access.until_help")} value={until} onChange={(e) => setUntil(e.currentTarget.value)} />
        </Stack>
      )}
      run={(reason) => api.access.grantRole({ personId: person?.id ?? "", role, validTo: until === "" ? null : until, reason })} />
  );
}
