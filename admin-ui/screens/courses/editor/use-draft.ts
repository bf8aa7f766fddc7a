/** The draft under the author's hands: saved a moment after each change, kept in this browser until then, never written over somebody else's. */
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiFailure } from "../../../../server/api.ts";
import { api, type Content } from "../../../app/api.ts";
import { useI18n } from "../../../app/i18n.tsx";
import { queryClient } from "../../../app/queries.ts";
import { storable } from "./blanks.ts";

export interface SaveState { readonly word: "saved" | "waiting" | "saving" | "offline" | "conflict" | "refused"; readonly at: string; readonly unfinished: number; readonly failure: unknown }
export interface Draft { readonly content: Content; readonly changedAt: string; readonly rowVersion: number }

const keyOf = (courseId: string): string => `muster.draft.${courseId}`;

/** What this browser still holds of the same state of the draft. */
function kept(courseId: string, draft: Draft): Content | null {
  try {
    const held = JSON.parse(localStorage.getItem(keyOf(courseId)) ?? "null") as { rowVersion: number; content: Content } | null;
    return held !== null && held.rowVersion === draft.rowVersion ? held.content : null;
  } catch {
    return null;
  }
}

export function useDraft(courseId: string, draft: Draft) {
  const { t } = useI18n();
  const [content, setContent] = useState<Content>(() => kept(courseId, draft) ?? draft.content);
  const [state, setState] = useState<SaveState>({ word: "saved", at: draft.changedAt, unfinished: 0, failure: null });
  const [savedVersion, setSavedVersion] = useState(draft.rowVersion);
  const version = useRef(draft.rowVersion);
  const newest = useRef(content);
  const busy = useRef(false);
  const timer = useRef(0);

  const save = useCallback(async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    const sent = newest.current;
    const { content: whole, waiting } = storable(sent, t("editor.untitled"), t("editor.statement_default"));
    setState((s) => ({ ...s, word: "saving", unfinished: waiting }));
    try {
      const answer = await api.courses.saveDraft({ courseId, rowVersion: version.current, content: whole });
      version.current = answer.rowVersion;
      localStorage.setItem(keyOf(courseId), JSON.stringify({ rowVersion: answer.rowVersion, content: newest.current }));
      if (waiting === 0 && sent === newest.current) localStorage.removeItem(keyOf(courseId));
      setState({ word: "saved", at: answer.changedAt, unfinished: waiting, failure: null });
      setSavedVersion(answer.rowVersion);
      void queryClient.invalidateQueries({ queryKey: ["courses", courseId], predicate: (q) => q.queryKey[2] !== "draft" });
    } catch (error) {
      const failure = error instanceof ApiFailure ? error : null;
      const word = failure?.code === "courses.draft_newer" ? "conflict" : failure === null || (failure.status > 0 && failure.status < 500) ? "refused" : "offline";
      setState((s) => ({ ...s, word, failure: error }));
      if (word === "offline") timer.current = window.setTimeout(() => void save(), 4_000);
    } finally {
      busy.current = false;
      if (sent !== newest.current) timer.current = window.setTimeout(() => void save(), 600);
    }
  }, [courseId, t]);

  const change = useCallback((next: Content) => {
    newest.current = next;
    setContent(next);
    setState((s) => (s.word === "conflict" ? s : { ...s, word: "waiting" }));
    localStorage.setItem(keyOf(courseId), JSON.stringify({ rowVersion: version.current, content: next }));
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void save(), 900);
  }, [courseId, save]);

  /** After a conflict: `mine` writes over what somebody else saved, `theirs` lets go of mine. */
  const settle = useCallback(async (whose: "mine" | "theirs") => {
    const theirs = await api.courses.draft({ courseId });
    version.current = theirs.rowVersion;
    if (whose === "theirs") {
      localStorage.removeItem(keyOf(courseId));
      newest.current = theirs.content;
      setContent(theirs.content);
      setState({ word: "saved", at: theirs.changedAt, unfinished: 0, failure: null });
      setSavedVersion(theirs.rowVersion);
    } else await save();
  }, [courseId, save]);

  /** After publishing: the draft is the same, its row is not. */
  const follow = useCallback(async () => {
    const now = await api.courses.draft({ courseId });
    version.current = now.rowVersion;
    setSavedVersion(now.rowVersion);
  }, [courseId]);

  const last = useRef(save);
  last.current = save;
  const stored = useRef<Content>(content);
  useEffect(() => { if (state.word === "saved") stored.current = newest.current; }, [state]);
  useEffect(() => () => { window.clearTimeout(timer.current); if (newest.current !== stored.current) void last.current(); }, []);
  return { follow, content, change, state, save, settle, savedVersion };
}
