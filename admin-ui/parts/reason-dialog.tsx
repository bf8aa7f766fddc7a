/** A change that is asked for its reason, which the ledger keeps. */
import { type ReactNode, useState } from "react";
import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useI18n } from "../app/i18n.tsx";
import { queryClient } from "../app/queries.ts";
import { Refusal } from "./refusal.tsx";

interface Props { readonly title: string; readonly about: ReactNode; readonly button: string; readonly danger?: boolean; readonly close: () => void; readonly extra?: ReactNode; readonly ready?: boolean; run(reason: string): Promise<unknown> }
export function ReasonDialog({ title, about, button, danger = false, close, extra, ready = true, run }: Props): ReactNode {
  const { t } = useI18n();
  const [reason, setReason] = useState("");
  const act = useMutation({ mutationFn: () => run(reason.trim()), onSuccess: () => { close(); return queryClient.invalidateQueries(); } });
  return (
    <Modal opened onClose={close} title={title}>
      <form onSubmit={(e) => { e.preventDefault(); act.mutate(); }}>
        <Stack>
          <div>{about}</div>
          {extra}
          <Textarea label={t("reason.label")} description={t("reason.help")} autosize minRows={2} data-autofocus required withAsterisk={false} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
          <Refusal error={act.error} />
          <Group justify="flex-end"><Button variant="default" onClick={close}>{t("action.cancel")}</Button><Button type="submit" color={danger ? "danger" : "accent"} loading={act.isPending} disabled={reason.trim().length < 3 || !ready}>{button}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
