/** A password field one may look at. Paste is welcome. */
import type { Ref } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { t } from "./words.ts";

interface RevealProps {
  readonly label: string;
  readonly autocomplete: "current-password" | "new-password";
  readonly field?: Ref<HTMLInputElement>;
  readonly fault?: string | undefined;
  readonly describedBy?: string;
  readonly onInput?: (value: string) => void;
}

export function Reveal({ label, autocomplete, field, fault, describedBy, onInput }: RevealProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="reveal">
        <input id={id} ref={field ?? null} name={autocomplete} {...(shown ? { type: "text" as const } : { type: "password" as const })} autocomplete={autocomplete} dir="ltr" spellcheck={false} autocapitalize="none"
          aria-invalid={fault ? "true" : undefined} aria-describedby={[fault ? `${id}-fault` : "", describedBy ?? ""].filter(Boolean).join(" ") || undefined}
          onInput={(event) => onInput?.(event.currentTarget.value)} />
        <button type="button" aria-pressed={shown} aria-controls={id} onClick={() => setShown(!shown)}>{shown ? t("password.hide") : t("password.show")}</button>
      </div>
      {fault && <div class="fault" id={`${id}-fault`}><Icon name="warning" size={18} /><span>{fault}</span></div>}
    </div>
  );
}
