/** Form parts: a labelled field whose fault is read with it, and a button that shows it is working. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly autocomplete: "username" | "off";
  readonly inputMode?: "email" | "text";
  readonly help?: ComponentChildren;
  readonly fault?: string | undefined;
  readonly onInput: (value: string) => void;
}

export function Field({ label, name, value, autocomplete, inputMode = "text", help, fault, onInput }: FieldProps) {
  const id = useId();
  const described = [help ? `${id}-help` : "", fault ? `${id}-fault` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="text" name={name} value={value} autocomplete={autocomplete} inputMode={inputMode} autocapitalize="none" spellcheck={false}
        aria-invalid={fault ? "true" : undefined} aria-describedby={described || undefined} onInput={(event) => onInput(event.currentTarget.value)} />
      {help && <div class="help" id={`${id}-help`}>{help}</div>}
      {fault && <div class="fault" id={`${id}-fault`}><Icon name="warning" size={18} /><span>{fault}</span></div>}
    </div>
  );
}

interface SubmitProps { readonly busy: boolean; readonly children: ComponentChildren; readonly kind?: string; readonly disabled?: boolean; readonly onClick?: () => void }

/** Stays focusable while busy, so that the keyboard does not fall off the page; a second press does nothing. */
export function Submit({ busy, children, kind = "main", disabled = false, onClick }: SubmitProps) {
  return (
    <button type={onClick ? "button" : "submit"} class={`button ${kind}${busy ? " busy" : ""}`} aria-disabled={busy || disabled ? "true" : undefined}
      onClick={(event) => { if (busy || disabled) event.preventDefault(); else onClick?.(); }}>
      {children}
    </button>
  );
}
