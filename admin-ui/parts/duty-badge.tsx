import type { ReactNode } from "react";
import type { DutyRow } from "../app/api.ts";
import { StateBadge } from "./badge.tsx";

const urgent = ["overdue", "lapsed", "unresolved", "grace", "due_soon", "not_due"] as const;

/** The status of a duty; of an open one, the detail that matters most. */
export function DutyBadge({ status, flags }: Pick<DutyRow, "status" | "flags">): ReactNode {
  return <StateBadge state={status === "open" ? (urgent.find((x) => flags.includes(x)) ?? "open") : status} />;
}
