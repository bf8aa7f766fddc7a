/** Markdown with its picture beside it. Pictures come in by paste, drop or button and are stored with the course. */
import { type ReactNode, useRef } from "react";
import { ActionIcon, FileButton, Textarea, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { IconBold, IconH2, IconItalic, IconLink, IconList, IconListNumbers, IconPhotoPlus, IconQuote, IconTable, type Icon } from "@tabler/icons-react";
import { api } from "../../../app/api.ts";
import { type PlainKey, useI18n } from "../../../app/i18n.tsx";
import { queryClient } from "../../../app/queries.ts";
import { Prose } from "../../../parts/prose.tsx";
import { Refusal } from "../../../parts/refusal.tsx";
import css from "./editor.module.css";

const tools: readonly { readonly id: string; readonly label: PlainKey; readonly icon: Icon; wrap(text: string): string }[] = [
  { id: "bold", label: "markdown.bold", icon: IconBold, wrap: (s) => `**${s || "…"}**` }, { id: "italic", label: "markdown.italic", icon: IconItalic, wrap: (s) => `*${s || "…"}*` },
  { id: "heading", label: "markdown.heading", icon: IconH2, wrap: (s) => `\n## ${s}` }, { id: "list", label: "markdown.list", icon: IconList, wrap: (s) => (s || "…").split("\n").map((l) => `- ${l}`).join("\n") },
  { id: "numbers", label: "markdown.numbers", icon: IconListNumbers, wrap: (s) => (s || "…").split("\n").map((l, i) => `${i + 1}. ${l}`).join("\n") }, { id: "quote", label: "markdown.quote", icon: IconQuote, wrap: (s) => (s || "…").split("\n").map((l) => `> ${l}`).join("\n") },
  { id: "link", label: "markdown.link", icon: IconLink, wrap: (s) => `[${s || "…"}](https://)` }, { id: "table", label: "markdown.table", icon: IconTable, wrap: () => "\n| A | B |\n|---|---|\n|   |   |\n" },
];

interface Props { readonly courseId: string; readonly label: string; readonly value: string; onChange(value: string): void; readonly preview?: boolean; readonly rows?: number }
export function MarkdownField({ courseId, label, value, onChange, preview = false, rows = 18 }: Props): ReactNode {
  const { t } = useI18n();
  const box = useRef<HTMLTextAreaElement>(null);
  const newest = useRef(value);
  newest.current = value;
  const [asked] = useDebouncedValue(value, 350);
  const shown = useQuery({ queryKey: ["courses", courseId, "render", asked], enabled: preview && asked.trim() !== "", queryFn: ({ signal }) => api.courses.render({ courseId, markdown: asked }, { signal }), placeholderData: keepPreviousData, staleTime: 60_000 });
  const insert = (make: (selected: string) => string): void => {
    const el = box.current;
    const from = el?.selectionStart ?? newest.current.length;
    const to = el?.selectionEnd ?? from;
    const text = make(newest.current.slice(from, to));
    onChange(newest.current.slice(0, from) + text + newest.current.slice(to));
    requestAnimationFrame(() => { el?.focus(); el?.setSelectionRange(from + text.length, from + text.length); });
  };
  const upload = useMutation({
    mutationFn: (file: File) => api.courses.addFile({ courseId, name: file.name }, { file }),
    onSuccess: (file) => { insert(() => `\n![${file.name.replace(/\.\w+$/, "")}](file:${file.sha256})\n`); void queryClient.invalidateQueries({ queryKey: ["courses", courseId, "files"] }); },
  });
  const take = (files: FileList | null | undefined): boolean => {
    const pictures = [...(files ?? [])].filter((x) => x.type.startsWith("image/"));
    for (const picture of pictures) upload.mutate(picture);
    return pictures.length > 0;
  };
  return (
    <div className={css["markdown"]} data-preview={preview || undefined}>
      <div className={css["write"]}>
        <div className={css["tools"]} role="toolbar" aria-label={t("markdown.tools")}>
          {tools.map((x) => <Tooltip key={x.id} label={t(x.label)}><ActionIcon variant="subtle" color="gray" size={30} aria-label={t(x.label)} onClick={() => insert(x.wrap)}><x.icon size={17} /></ActionIcon></Tooltip>)}
          <FileButton accept="image/png,image/jpeg,image/webp,image/gif" onChange={(file) => { if (file) upload.mutate(file); }}>{(props) => <Tooltip label={t("markdown.picture")}><ActionIcon {...props} variant="subtle" color="gray" size={30} loading={upload.isPending} aria-label={t("markdown.picture")}><IconPhotoPlus size={17} /></ActionIcon></Tooltip>}</FileButton>
        </div>
        <Textarea ref={box} aria-label={label} placeholder={t("markdown.placeholder")} value={value} autosize minRows={rows} maxRows={40} dir="auto" classNames={{ input: css["mono"] ?? "" }} onChange={(e) => onChange(e.currentTarget.value)}
          onPaste={(e) => { if (take(e.clipboardData.files)) e.preventDefault(); }} onDragOver={(e) => e.preventDefault()} onDrop={(e) => { if (take(e.dataTransfer.files)) e.preventDefault(); }}
          onKeyDown={(e) => { if ((e.ctrlKey || e.metaKey) && (e.key === "b" || e.key === "i")) { e.preventDefault(); insert(e.key === "b" ? (s) => `**${s}**` : (s) => `*${s}*`); } }} />
        <Refusal error={upload.error} />
      </div>
      {preview && (
        <section className={css["preview"]} aria-label={t("editor.preview")}>
          <h3>{t("editor.preview")}</h3>
          {value.trim() === "" ? <p className={css["faint"]}>{t("editor.preview_empty")}</p> : shown.data ? <><Prose html={shown.data.html} />{shown.data.missing.length > 0 && <p className={css["missing"]}>{t("editor.missing", { names: shown.data.missing.join(", ") })}</p>}</> : <Refusal error={shown.error} />}
        </section>
      )}
    </div>
  );
}
