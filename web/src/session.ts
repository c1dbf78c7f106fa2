/// Who sits in front of this browser, as GET /session says. Everything else waits for this.
/// Account screens call `refreshSession` after anything that signs in or out.

import { signal } from "@preact/signals";
import { api } from "./net/api";
import { forgetPerson } from "./net/keep";
import type { Person } from "./wire/views";

export interface Session {
  set_up: boolean;
  community?: { name: string; language: string; sign_up: "invitation" | "approval"; minors: boolean };
  person?: Person;
  session?: string;
  /** Of a browser that was somebody's: why it is nobody's now. */
  why?: "pass_ended";
}

export type SessionState =
  | { state: "loading" }
  | { state: "failed"; error: unknown }
  | ({ state: "known" } & Session);

export const session = signal<SessionState>({ state: "loading" });

/** Ask the server again; the screens follow by themselves. */
export async function refreshSession(): Promise<void> {
  try {
    session.value = { state: "known", ...(await api.get<Session>("/session")) };
  } catch (error) {
    if (session.value.state !== "known") session.value = { state: "failed", error };
  }
}

/** Sign out here, and leave nothing of the person in this browser. */
export async function signOut(): Promise<void> {
  const now = session.peek();
  await api.post("/sign-out");
  if (now.state === "known" && now.person) forgetPerson(now.person.id);
  await refreshSession();
}
