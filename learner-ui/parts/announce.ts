/** One polite live region for the whole portal: rare, short sentences for people who do not see the screen. */
let region: HTMLElement | null = null;

export function announce(words: string): void {
  if (region === null) {
    region = document.createElement("div");
    region.className = "unseen";
    region.setAttribute("role", "status");
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  const place = region;
  place.textContent = "";
  // Readers notice a change only when the text was empty for a moment before.
  setTimeout(() => { place.textContent = words; }, 60);
}
