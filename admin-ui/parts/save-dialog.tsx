/** A small form in a dialog: fields, the refusal, cancel and save. */
import type { FormEvent, ReactNode } from "react";
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useI18n } from "../app/i18n.tsx";
import { Refusal } from "./refusal.tsx";

interface Props { readonly title: string; readonly button?: string; readonly size?: string; readonly act: { readonly error: unknown; readonly isPending: boolean; mutate(): void }; readonly ready?: boolean; readonly close: () => void; readonly children: ReactNode }
export function SaveDialog({ title, button, size = "md", act, ready = true, close, children }: Props): ReactNode {
  const { t } = useI18n();
  const submit = (e: FormEvent): void => { e.preventDefault(); if (ready) act.mutate(); };
  return (
    <Modal opened onClose={close} title={title} size={size}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          <Refusal error={act.error} />
          <Group justify="flex-end"><Button variant="default" onClick={close}>{t("action.cancel")}</Button><Button type="submit" loading={act.isPending} disabled={!ready}>{button ?? t("action.save")}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
