/** Text a course author wrote, rendered and sanitised by the server; nothing else may come through here. */
import type { ReactNode } from "react";
import css from "../screens/courses/courses.module.css";

export function Prose({ html }: { readonly html: string }): ReactNode {
  return <div className={css["prose"]} dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}
