import type { EntryRow } from "../../app/api.ts";
import type { T } from "../../app/i18n.tsx";

/** A person by name; a part of Muster by its own name. */
export const actorText = (t: T, e: Pick<EntryRow, "actor" | "actorName">): string => e.actorName ?? (/^[0-9a-f-]{20,}$/.test(e.actor) ? t("ledger.erased_name") : e.actor);
