/// Where we are: the hash, as a list of segments. `#/r/r_1/17` is ["r", "r_1", "17"].
/// Secrets (invitation codes, links) stand in the hash too, so they never reach a server log.

import { computed, signal } from "@preact/signals";

const read = (): string => location.hash.replace(/^#\/?/, "");
const hash = signal(read());

addEventListener("hashchange", () => {
  hash.value = read();
});

/** Moves when a link to the very place one is at is followed: to be led there once more. */
export const again = signal(0);

addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link?.hash && link.hash === location.hash && link.origin === location.origin) again.value++;
});

/** The segments of the current place, decoded. */
export const place = computed<string[]>(() =>
  hash.value.split("/").filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  }),
);

/** `href("r", room, 17)` for links. */
export const href = (...segments: (string | number)[]): string =>
  `#/${segments.map((part) => encodeURIComponent(part)).join("/")}`;

/** Go somewhere; the browser's back button brings one back. */
export function go(...segments: (string | number)[]): void {
  location.hash = href(...segments);
}

/** Go somewhere in place of here: no way back to what is no longer true (a used link, a closed room). */
export function replace(...segments: (string | number)[]): void {
  history.replaceState(null, "", href(...segments));
  hash.value = read();
}

/** Links from mail and paper name paths; the client lives in the hash. Call once, before drawing. */
export function adoptPath(): void {
  const path = location.pathname.replace(/^\/+|\/+$/g, "");
  if (!path || path === "index.html" || hash.value) return;
  history.replaceState(null, "", `/#/${path}${location.search}`);
  hash.value = read();
}
