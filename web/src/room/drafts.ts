/// What one has begun to write, per room and thread: kept over reloads, gone when sent.

import { keep, kept, unkeep } from "../net/keep";
import type { Pick } from "../markup/compose";
import { myId } from "../store/state";
import type { Unit } from "../wire/views";

export interface Draft {
  text: string;
  picks: Pick[];
  /** The id of the message quoted. */
  quote: string | null;
  /** The chapter it speaks of. */
  unit?: Unit | null;
}

const NONE: Draft = { text: "", picks: [], quote: null };
const key = (room: string, thread: string | null): string => `draft.${room}${thread ? `.${thread}` : ""}`;

export function loadDraft(room: string, thread: string | null): Draft {
  return { ...NONE, ...kept<Draft>(myId(), key(room, thread)) };
}

export function saveDraft(room: string, thread: string | null, draft: Draft): void {
  if (!myId()) return;
  if (draft.text || draft.quote) keep(myId(), key(room, thread), draft);
  else unkeep(myId(), key(room, thread));
}
