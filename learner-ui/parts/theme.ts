/** Light, dark, or as the device has it. Kept in this browser: it belongs to the screen, not to the person. */
import { signal } from "./signal.ts";
import { forget, recall, remember } from "./store.ts";

export type Theme = "auto" | "light" | "dark";
const kept = "muster.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");

const stored = recall(kept);
export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "auto");

function paint(): void {
  // Paper is always light.
  const shown = paper.matches ? "light" : theme.value === "auto" ? (system.matches ? "dark" : "light") : theme.value;
  document.documentElement.dataset["theme"] = shown;
}

export function chooseTheme(wanted: Theme): void {
  if (wanted === "auto") forget(kept);
  else remember(kept, wanted);
  theme.value = wanted;
  paint();
}

export function startTheme(): void {
  system.addEventListener("change", paint);
  paper.addEventListener("change", paint);
  paint();
}
