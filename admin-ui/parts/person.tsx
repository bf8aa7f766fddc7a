import type { ReactNode } from "react";
import { Avatar } from "@mantine/core";
import css from "./person.module.css";

export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const first = parts[0] ?? "";
  const last = parts.length > 1 ? (parts.at(-1) ?? "") : "";
  return ([...first][0] ?? "").toLocaleUpperCase() + ([...last][0] ?? "").toLocaleUpperCase();
}

/** A person by name and one distinguishing fact. */
export function PersonName({ name, fact, size = 28 }: { readonly name: string; readonly fact?: string | null | undefined; readonly size?: number }): ReactNode {
  return (
    <span className={css["person"]}>
      <Avatar size={size} radius="xl" color="accent" aria-hidden styles={{ placeholder: { fontSize: size * 0.38, fontWeight: 600 } }}>{initials(name)}</Avatar>
      <span className={css["words"]}><bdi>{name}</bdi>{fact ? <small>{fact}</small> : null}</span>
    </span>
  );
}
