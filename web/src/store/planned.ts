/// What is to come: one's own reminders and posts for later, and that a room's have changed.
/// Lists are asked for again when an event says that they moved: the server knows what comes next.

import { signal } from "@preact/signals";
import type { StreamEvent } from "../wire/frames";
import type { Planned } from "../wire/planned";
import { ask } from "./ask";

/** One's own, what comes next first. */
export const own = signal<readonly Planned[]>([]);

/** How often what a room has planned has moved since this client came, by room. */
export const moves = signal<ReadonlyMap<string, number>>(new Map());

let running: Promise<void> | null = null;
let again = false;

export function forgetPlanned(): void {
  own.value = [];
  moves.value = new Map();
}

/** Calls that come together are answered by one question. */
export function loadOwn(): Promise<void> {
  again = running !== null;
  running ??= ask("planned.list", {})
    .then(
      ({ result }) => void (own.value = result.planned),
      // It is asked for again with the next event, or the next overview.
      () => undefined,
    )
    .finally(() => {
      running = null;
      if (again) void loadOwn();
    });
  return running;
}

export const isPlanned = (event: StreamEvent): boolean => event.kind.startsWith("planned.");

/** An event said that something planned in this stream is another from here on. */
export function plannedMoved(stream: string): void {
  if (stream.startsWith("p_")) return void loadOwn();
  moves.value = new Map(moves.value).set(stream, (moves.value.get(stream) ?? 0) + 1);
}
