/** Whether requests get through. The browser's own opinion is only a hint: the last request decides. */
import { signal } from "./signal.ts";

export const online = signal(navigator.onLine);

export function watchConnection(): void {
  addEventListener("online", () => { online.value = true; });
  addEventListener("offline", () => { online.value = false; });
}
