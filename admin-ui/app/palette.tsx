/** Ctrl/⌘ K: people, courses, requirements, and everything one can do, from the keyboard. */
import { type ReactNode, useState } from "react";
import { Spotlight, spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { IconBook2, IconChecklist, IconCornerDownLeft, IconPlus, IconSearch, IconUser } from "@tabler/icons-react";
import { api } from "./api.ts";
import { useI18n } from "./i18n.tsx";
import { groupsFor } from "./nav.ts";
import { useSession } from "./session.tsx";

export const openPalette = (): void => spotlight.open();

export function Palette(): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 160);
  const ask = search.length >= 2;
  const found = { size: "6", search };
  const people = useQuery({ queryKey: ["palette", "people", search], enabled: ask && session.can("people.read"), queryFn: ({ signal }) => api.people.list({ ...found, state: "all" }, { signal }) });
  const courses = useQuery({ queryKey: ["palette", "courses", search], enabled: ask && session.can("courses.read"), queryFn: ({ signal }) => api.courses.list(found, { signal }) });
  const requirements = useQuery({ queryKey: ["palette", "requirements", search], enabled: ask && session.can("requirements.read"), queryFn: ({ signal }) => api.requirements.list(found, { signal }) });

  const places = groupsFor(session.can).flatMap((g) => g.places.map((p) => ({ id: `go ${p.to}`, label: t(p.label), description: t(g.label) === t(p.label) ? undefined : t(g.label), leftSection: <IconCornerDownLeft size={18} className="mirror" />, onClick: () => void navigate({ to: p.to } as never) })));
  const acts = [
    session.can("people.write") && { id: "new person", label: t("people.new"), to: "/people/new" as const },
    session.can("directory.write") && { id: "new import", label: t("imports.new"), to: "/imports" as const },
    session.can("courses.write") && { id: "new course", label: t("courses.new"), to: "/courses" as const, search: { new: "1" } },
    session.can("requirements.write") && { id: "new requirement", label: t("requirements.new"), to: "/requirements/new" as const },
  ].filter((x) => x !== false).map((a) => ({ id: a.id, label: a.label, leftSection: <IconPlus size={18} />, onClick: () => void navigate({ to: a.to, search: "search" in a ? a.search : {} } as never) }));

  const groups: SpotlightActionGroupData[] = [
    { group: t("nav.people"), actions: ask ? (people.data?.rows ?? []).map((p) => ({ id: p.id, label: p.name, keywords: search, description: [p.employeeNumber, p.position, p.orgUnit?.name].filter(Boolean).join(" · "), leftSection: <IconUser size={18} />, onClick: () => void navigate({ to: "/people/$personId", params: { personId: p.id } }) })) : [] },
    { group: t("nav.courses"), actions: ask ? (courses.data?.rows ?? []).map((c) => ({ id: c.id, label: c.title, keywords: search, description: c.code, leftSection: <IconBook2 size={18} />, onClick: () => void navigate({ to: "/courses/$courseId", params: { courseId: c.id } }) })) : [] },
    { group: t("nav.requirements"), actions: ask ? (requirements.data?.rows ?? []).map((r) => ({ id: r.id, label: r.title, keywords: search, description: r.code, leftSection: <IconChecklist size={18} />, onClick: () => void navigate({ to: "/requirements/$requirementId", params: { requirementId: r.id } }) })) : [] },
    { group: t("palette.acts"), actions: acts }, { group: t("palette.places"), actions: places },
  ].filter((g) => g.actions.length > 0);

  return (
    <Spotlight actions={groups} query={text} onQueryChange={setText} shortcut={["mod + K"]} limit={24} scrollable maxHeight={440} nothingFound={people.isFetching ? t("state.loading") : t("palette.nothing")} clearQueryOnClose centered={false} yOffset="12vh"
      searchProps={{ leftSection: <IconSearch size={18} />, placeholder: t("palette.placeholder"), "aria-label": t("palette.placeholder") }} />
  );
}
