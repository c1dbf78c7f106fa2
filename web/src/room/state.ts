/// What the reader is doing in the room in front: editing, quoting, being led to a message. Not kept.

import { signal } from "@preact/signals";
import type { TakenBack } from "./drafts";

/** The id of one's own message that is being edited. */
export const editing = signal<string | null>(null);

/** A message to be quoted by the next post, in the room or (with `thread`) in the open thread. */
export const quoting = signal<{ message: string; thread: string | null } | null>(null);

/** A post that was refused, or was for later, taken back into its composer. */
export const takenBack = signal<TakenBack | null>(null);
