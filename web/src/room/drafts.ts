/// What one has begun to write, per room and thread: kept over reloads, gone when sent.

import { keep, kept, unkeep } from "../net/keep";
import { decode, type Pick } from "../markup/compose";
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

export interface TakenBack {
  thread: string | null;
  body: string;
  quote: string | null;
  /** The chapter it spoke of, null for none; left out where that is not known. */
  unit?: Unit | null;
}

/** What was taken back, below what one has begun meanwhile. It goes on speaking of its chapter, or it would stand there unfolded. */
export function withTaken(draft: Draft, back: TakenBack, label: Parameters<typeof decode>[1]): Draft {
  const { text, picks } = decode(back.body, label);
  return {
    ...draft,
    text: draft.text ? `${draft.text}\n${text}` : text,
    picks: [...draft.picks, ...picks],
    quote: back.quote ?? draft.quote,
    ...(back.unit === undefined ? {} : { unit: back.unit }),
  };
}
