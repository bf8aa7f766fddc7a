import { type ReactNode, useState } from "react";
import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, type CourseRow } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { fieldFault } from "../../parts/refusal.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";

export function Duplicate({ course: c, close }: { readonly course: CourseRow; readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [key] = useState(newKey);
  const [v, set] = useState({ title: t("courses.copy_of", { title: c.title }), code: `${c.code.slice(0, 35)}-copy` });
  const act = useMutation({
    mutationFn: () => api.courses.duplicate({ courseId: c.id, ...v }, { idempotencyKey: key }),
    onSuccess: async (made) => { close(); await queryClient.invalidateQueries({ queryKey: ["courses"] }); await navigate({ to: "/courses/$courseId", params: { courseId: made.id } }); },
  });
  return (
    <SaveDialog title={t("courses.duplicate")} button={t("courses.duplicate")} act={act} close={close} ready={v.title.trim() !== "" && v.code !== ""}>
      <TextInput label={t("courses.name")} data-autofocus value={v.title} onChange={(e) => set({ ...v, title: e.currentTarget.value })} />
      <TextInput label={t("courses.code")} value={v.code} error={fieldFault(act.error, "code")} onChange={(e) => set({ ...v, code: e.currentTarget.value })} />
    </SaveDialog>
  );
}
