/** Mass acts: the exact number is typed before the button wakes. */
import { type ReactNode, useState } from "react";
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useI18n } from "../app/i18n.tsx";
import { queryClient } from "../app/queries.ts";
import { Refusal } from "./refusal.tsx";

interface Props { readonly title: string; readonly about: ReactNode; readonly number: number; readonly label: string; readonly button: string; readonly close: () => void; run(): Promise<unknown> }
export function TypedNumber({ title, about, number, label, button, close, run }: Props): ReactNode {
  const { t, f } = useI18n();
  const [typed, setTyped] = useState("");
  const act = useMutation({ mutationFn: run, onSuccess: () => { close(); return queryClient.invalidateQueries(); } });
  const matches = typed.replaceAll(/[\s.,'’\u00a0\u202f]/g, "") === String(number);
  return (
    <Modal opened onClose={close} title={title}>
      <form onSubmit={(e) => { e.preventDefault(); if (matches) act.mutate(); }}>
        <Stack>
          <div>{about}</div>
          <TextInput label={label} description={t("typed.help", { number: f.number(number) })} inputMode="numeric" autoComplete="off" data-autofocus value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
          <Refusal error={act.error} />
          <Group justify="flex-end"><Button variant="default" onClick={close}>{t("action.cancel")}</Button><Button type="submit" loading={act.isPending} disabled={!matches}>{button}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
