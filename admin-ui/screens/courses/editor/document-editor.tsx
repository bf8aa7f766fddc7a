/** Something to read and attest: a PDF, or a text; and the sentence the learner confirms. */
import type { ReactNode } from "react";
import { Button, FileButton, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconFileTypePdf, IconUpload } from "@tabler/icons-react";
import { api } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import { Refusal } from "../../../parts/refusal.tsx";
import { fileUrl } from "../files-tab.tsx";
import type { Document } from "./blanks.ts";
import { MarkdownField } from "./markdown-field.tsx";
import css from "./editor.module.css";

export function DocumentEditor({ courseId, unit, put }: { readonly courseId: string; readonly unit: Document; put(unit: Document): void }): ReactNode {
  const { t, f } = useI18n();
  const upload = useMutation({
    mutationFn: (file: File) => api.courses.addFile({ courseId, name: file.name }, { file }),
    onSuccess: (x) => put({ ...unit, file: { sha256: x.sha256, name: x.name, type: x.type, size: x.size } }),
  });
  return (
    <Stack>
      <TextInput label={t("editor.statement")} description={t("editor.statement_help")} value={unit.statement} maxLength={500} onChange={(e) => put({ ...unit, statement: e.currentTarget.value })} />
      <div className={css["drop"]} onDragOver={(e) => e.preventDefault()} onDrop={(e) => { e.preventDefault(); const file = e.dataTransfer.files[0]; if (file) upload.mutate(file); }}>
        <IconFileTypePdf size={32} aria-hidden />
        {unit.file === null ? <span>{t("editor.pdf_none")}</span> : <span><a href={fileUrl(courseId, unit.file.sha256)} target="_blank" rel="noreferrer"><b>{unit.file.name}</b></a><small>{f.bytes(unit.file.size)}</small></span>}
        <Group gap="xs">
          <FileButton accept="application/pdf" onChange={(file) => { if (file) upload.mutate(file); }}>{(props) => <Button {...props} variant="default" size="compact-md" leftSection={<IconUpload size={15} />} loading={upload.isPending}>{unit.file === null ? t("editor.pdf_add") : t("editor.pdf_replace")}</Button>}</FileButton>
          {unit.file !== null && <Button variant="subtle" color="danger" size="compact-md" onClick={() => put({ ...unit, file: null })}>{t("editor.pdf_remove")}</Button>}
        </Group>
      </div>
      <Refusal error={upload.error} />
      {unit.file === null ? <MarkdownField courseId={courseId} label={t("editor.text")} value={unit.markdown} onChange={(markdown) => put({ ...unit, markdown })} preview /> : <MarkdownField courseId={courseId} label={t("editor.intro")} value={unit.markdown} rows={4} onChange={(markdown) => put({ ...unit, markdown })} />}
    </Stack>
  );
}
