/// What bots said to the reader alone, folded from their own stream. Only this client's copy: the server forgets it in a day.

import { signal } from "@preact/signals";
import type { Whisper } from "../wire/bots";
import type { StreamEvent } from "../wire/frames";

export const whispers = signal<readonly Whisper[]>([]);

type Told = Extract<StreamEvent, { kind: "whisper.shown" | "whisper.gone" }>;

/** The fold of a person's own stream. Pure. */
export function foldWhisper(list: readonly Whisper[], event: Told): readonly Whisper[] {
  const { id } = event.data;
  if (event.kind === "whisper.gone") return list.filter((one) => one.id !== id);
  const { bot, room, body, blocks = null, thread = null, dialog = false } = event.data;
  if (body === null) return list;
  const next = { id, bot, room, body, blocks, thread, dialog, at: event.at };
  return list.some((one) => one.id === id) ? list.map((one) => (one.id === id ? next : one)) : [...list, next];
}
