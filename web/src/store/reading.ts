/// What has been seen: marks a room read as its messages come into sight, at most once a moment.
/// "Mark unread from here" holds this back until the room is opened anew.

import { signal } from "@preact/signals";
import { ask } from "./ask";
import { changeEntry, changeRoom, entries, focus } from "./state";
import { unreadOf, withPosition } from "./unread";

const MOMENT = 600;
const waiting = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** The room that was marked unread by hand and is still in front. */
export const held = signal<string | null>(null);

focus.subscribe((room) => {
  if (held.peek() !== room) held.value = null;
});

/** Messages up to `no` are in sight of somebody. */
export function seen(room: string, no: number): void {
  const entry = entries.peek().get(room);
  if (!entry || entry.me.state !== "member" || held.peek() === room) return;
  const marked = entry.me.unread_from !== null && no >= entry.me.unread_from;
  if (no <= entry.me.read_no && !marked) return;
  if (no <= (waiting.get(room) ?? 0)) return;
  waiting.set(room, no);
  timer ??= setTimeout(() => void tell(), MOMENT);
}

async function tell(): Promise<void> {
  timer = undefined;
  const marks = [...waiting];
  for (const [room, no] of marks) {
    try {
      const { result } = await ask("read.mark", { room, no });
      changeEntry(room, (entry) => withPosition(entry, result));
    } catch {
      // Seen again when the room is looked at again.
    } finally {
      if (waiting.get(room) === no) waiting.delete(room);
    }
  }
}

/** Everything in the room is read. */
export async function readAll(room: string): Promise<void> {
  const entry = entries.peek().get(room);
  if (!entry) return;
  held.value = null;
  const { result } = await ask("read.mark", { room, no: entry.head_no });
  changeEntry(room, (one) => withPosition(one, result));
  changeRoom(room, (one) => ({ ...one, newFrom: null }));
}

export async function markUnread(room: string, no: number): Promise<void> {
  const { result } = await ask("read.unread", { room, no });
  if (focus.peek() === room) held.value = room;
  changeEntry(room, (entry) => withPosition(entry, result));
  changeRoom(room, (one) => ({ ...one, newFrom: no }));
}

/** The reader is back at the window: what came meanwhile is below the line. */
export function lookedAgain(room: string): void {
  const entry = entries.peek().get(room);
  if (!entry || held.peek() === room) return;
  const { first } = unreadOf(entry);
  if (first !== null) changeRoom(room, (one) => ({ ...one, newFrom: first }));
}
