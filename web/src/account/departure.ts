/// Why somebody who was inside stands at the entrance now: their session ended, their account is gone, or,
/// of a guest, their visit is over. A guest is told that much later too: the server still knows the browser.

import { effect, signal } from "@preact/signals";
import { forgetPerson } from "../net/keep";
import { session } from "../session";

export type Departure = "signed_out" | "deleted" | "visit_over" | "visit_forgotten" | null;

/** What the entrance says about it. Forgotten with the next signing in. */
export const departure = signal<Departure>(null);

let inside: string | null = null;
let told = false;

effect(() => {
  const now = session.value;
  if (now.state !== "known") return;
  if (now.person) {
    inside = now.person.id;
    told = false;
    departure.value = null;
    return;
  }
  if (now.why === "pass_ended" && !told) {
    told = true;
    if (inside !== null) forgetPerson(inside);
    departure.value = "visit_over";
  } else if (inside !== null) departure.value ??= "signed_out";
  inside = null;
});
