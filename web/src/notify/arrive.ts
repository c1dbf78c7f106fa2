/// Coming from a notification to its place, and taking away those whose place is in sight.

import { effect } from "@preact/signals";
import { again, place } from "../router";

/** Called once. */
export function followNotifications(): void {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  workers.addEventListener("message", (event) => {
    const said = event.data as { type?: unknown; url?: unknown } | null;
    if (said?.type !== "lead" || typeof said.url !== "string" || !said.url.startsWith("#/")) return;
    if (location.hash === said.url) again.value++;
    else location.hash = said.url;
  });
  effect(() => void seen(place.value));
  document.addEventListener("visibilitychange", () => void seen(place.peek()));
}

/** A notification's tag is the room or the thread that it tells of. */
async function seen(at: readonly string[]): Promise<void> {
  if (at[0] !== "r" || document.visibilityState !== "visible") return;
  const shown = new Set([at[1], at[2] === "t" ? at[3] : undefined]);
  const registration = await navigator.serviceWorker.getRegistration();
  const open = (await registration?.getNotifications?.()) ?? [];
  for (const one of open) if (shown.has(one.tag)) one.close();
}
