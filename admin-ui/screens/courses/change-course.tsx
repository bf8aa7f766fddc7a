import { type ReactNode, useState } from "react";
import { Select, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, type CourseRow } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { fieldFault } from "../../parts/refusal.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";
import { isLanguage, languageNames, languages } from "../../../ui-shared/i18n.ts";

export function ChangeCourse({ course: c, close }: { readonly course: CourseRow; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const [v, set] = useState({ title: c.title, code: c.code, summary: c.summary, language: c.language });
  const act = useMutation({ mutationFn: () => api.courses.change({ courseId: c.id, rowVersion: c.rowVersion, ...v }), onSuccess: () => { close(); return queryClient.invalidateQueries({ queryKey: ["courses"] }); } });
  return (
    <SaveDialog title={t("courses.change")} act={act} close={close} ready={v.title.trim() !== "" && v.code !== ""}>
      <TextInput label={t("courses.name")} data-autofocus value={v.title} error={fieldFault(act.error, "title")} onChange={(e) => set({ ...v, title: e.currentTarget.value })} />
      <TextInput label={t("courses.code")} description={t("courses.code_help")} value={v.code} error={fieldFault(act.error, "code")} onChange={(e) => set({ ...v, code: e.currentTarget.value })} />
      <Select label={t("courses.language")} value={v.language} data={languages.map((l) => ({ value: l, label: languageNames[l] }))} onChange={(x) => { if (isLanguage(x)) set({ ...v, language: x }); }} />
      <Textarea label={t("courses.summary")} description={t("courses.summary_help")} autosize minRows={2} value={v.summary} onChange={(e) => set({ ...v, summary: e.currentTarget.value })} />
    </SaveDialog>
  );
}
