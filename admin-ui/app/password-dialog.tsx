import { type ReactNode, useState } from "react";
import { Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { NewPassword } from "../parts/new-password.tsx";
import { Refusal } from "../parts/refusal.tsx";
import { api } from "./api.ts";
import { useI18n } from "./i18n.tsx";
import { rememberSession } from "./session.tsx";

export function PasswordDialog({ close }: { readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => api.access.changePassword({ current, password }),
    onSuccess: (session) => { rememberSession(session); notifications.show({ message: t("own.password_changed") }); close(); },
  });
  return (
    <Modal opened onClose={close} title={t("own.password")}>
      <form onSubmit={(e) => { e.preventDefault(); change.mutate(); }}>
        <Stack>
          <PasswordInput label={t("own.password_current")} autoComplete="current-password" required withAsterisk={false} value={current} onChange={(e) => setCurrent(e.currentTarget.value)} />
          <NewPassword value={password} onChange={setPassword} />
          <Refusal error={change.error} />
          <Group justify="flex-end"><Button variant="default" onClick={close}>{t("action.cancel")}</Button><Button type="submit" loading={change.isPending} disabled={current === "" || password.length < 15}>{t("own.password_change")}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
