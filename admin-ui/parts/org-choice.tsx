/** The org tree as choices, indented by depth, asked once and kept. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../app/api.ts";

export function useOrgUnits() {
  return useQuery({ queryKey: ["org-units"], queryFn: ({ signal }) => api.people.orgUnits({}, { signal }), staleTime: 60_000 });
}
export function useOrgChoices(enabled = true): { value: string; label: string }[] {
  const query = useQuery({ queryKey: ["org-units"], enabled, queryFn: ({ signal }) => api.people.orgUnits({}, { signal }), staleTime: 60_000 });
  const rows = query.data?.rows ?? [];
  const top = Math.min(...rows.map((r) => r.depth), 99);
  return rows.map((r) => ({ value: r.id, label: `${"\u2003".repeat(Math.max(0, r.depth - top))}${r.name}` }));
}
