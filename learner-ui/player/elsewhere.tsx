/** "Open in another window": said as soon as the server refuses this window's place; one tap continues here. */
import { Icon } from "../parts/icon.tsx";
import { t } from "../parts/words.ts";
import type { OutboxState } from "./outbox.ts";

export function Elsewhere({ state, takeOver }: { readonly state: OutboxState; readonly takeOver: () => void }) {
  if (state.failure?.code !== "attempts.open_elsewhere") return null;
  return (
    <div class="note warn" role="status">
      <Icon name="device" />
      <div><p>{t("elsewhere")}</p><button type="button" class="button quiet" onClick={takeOver}>{t("elsewhere.take")}</button></div>
    </div>
  );
}
