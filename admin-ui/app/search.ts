/** The state of a list lives in the address: plain text values, so that links are readable and can be shared. */
import { useCallback } from "react";
import { useNavigate, useSearch } from "@tanstack/react-router";

export type SearchText = Readonly<Record<string, string>>;

/** Keeps text and numbers of the query as text; everything else is dropped. */
export function searchText(raw: Record<string, unknown>): SearchText {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw)) if ((typeof value === "string" && value !== "") || typeof value === "number") out[key] = String(value);
  return out;
}

export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text.replace(/^\?/, "")));
export function stringifySearch(search: Record<string, unknown>): string {
  const text = new URLSearchParams(Object.entries(searchText(search))).toString();
  return text === "" ? "" : `?${text}`;
}

/** Reads the search and changes it: an undefined or empty value takes the key out; a change goes back to page one. */
export function useSearchText(): readonly [SearchText, (patch: Readonly<Record<string, string | undefined>>, keepPage?: boolean) => void] {
  const search: SearchText = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback((patch: Readonly<Record<string, string | undefined>>, keepPage = false) => {
    void navigate({
      to: ".", replace: true,
      search: ((old: Record<string, unknown>) => searchText({ ...old, ...(keepPage ? {} : { page: undefined }), ...patch })) as never,
    });
  }, [navigate]);
  return [search, change];
}

/** Page and page size for a list endpoint. */
export const paging = (search: SearchText): { page: string; size: string } => ({ page: search["page"] ?? "1", size: search["size"] ?? "50" });
