/// Why somebody who was inside stands at the entrance now: their session ended, or their account is gone.

import { effect, signal } from "@preact/signals";
import { session } from "../session";

export type Departure = "signed_out" | "deleted" | null;

/** What the entrance says about it. Forgotten with the next signing in. */
export const departure = signal<Departure>(null);

let inside = false;

effect(() => {
  const now = session.value;
  if (now.state !== "known") return;
  if (now.person) {
    inside = true;
    departure.value = null;
  } else if (inside) {
    inside = false;
    departure.value ??= "signed_out";
  }
});
