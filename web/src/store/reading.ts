/// What has been seen: marks a room read as its messages stand on the screen, at most once a moment; and where the "new"
/// line stands. What counts is what stood there while somebody was in front (absence.ts). "Mark unread from here", on any
/// device, holds this back until the room is opened anew.

import { signal } from "@preact/signals";
import type { ReadFrame } from "../wire/frames";
import { front, here } from "./absence";
import { ask } from "./ask";
import { changeEntry, changeRoom, entries, focus, peekRoom } from "./state";
import { readTo, unreadOf, withPosition, type Sight } from "./unread";

const MOMENT = 600;
/** How far one has read on this device, told to the server or not. */
const seenTo = new Map<string, number>();
/** What is being told. */
const telling = new Map<string, number>();
const untold = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;
/** The first number on the screen, of the room in front. */
let top: number | null = null;
/** The line says already what this absence missed. */
let drawn = false;

/** The room that was marked unread by hand and is still in front. */
export const held = signal<string | null>(null);

focus.subscribe((room) => {
  top = null;
  if (held.peek() !== room) held.value = null;
});
// Not when they are back: what is drawn with that came before it.
here.subscribe((now) => {
  if (!now) drawn = false;
});

/** Somebody else signs in; or this room's numbers may have begun anew. */
export function forgetSeen(room?: string): void {
  const rooms = room === undefined ? [...seenTo.keys()] : [room];
  for (const one of rooms) {
    seenTo.delete(one);
    untold.delete(one);
  }
}

/** The first number that is not read, as far as this device knows; null when all is. */
export function firstUnread(room: string): number | null {
  const entry = entries.peek().get(room);
  if (!entry) return null;
  const read_no = Math.max(entry.me.read_no, seenTo.get(room) ?? 0);
  return unreadOf({ ...entry, me: { ...entry.me, read_no } }).first;
}

/** These messages of the room in front are on the screen. */
export function seen(room: string, sight: Sight): void {
  top = sight.from;
  const entry = entries.peek().get(room);
  if (!entry || entry.me.state !== "member" || held.peek() === room || !front.peek()) return;
  const to = readTo(firstUnread(room), sight);
  if (to !== null) seenTo.set(room, Math.max(seenTo.get(room) ?? 0, to));
  const mark = seenTo.get(room) ?? 0;
  const marked = to !== null && entry.me.unread_from !== null;
  if ((mark <= entry.me.read_no && !marked) || mark <= (telling.get(room) ?? 0)) return;
  untold.add(room);
  timer ??= setTimeout(() => void tell(), MOMENT);
}

async function tell(): Promise<void> {
  timer = undefined;
  const rooms = [...untold];
  untold.clear();
  for (const room of rooms) {
    const no = seenTo.get(room) ?? 0;
    telling.set(room, no);
    try {
      const { result } = await ask("read.mark", { room, no });
      changeEntry(room, (entry) => withPosition(entry, result));
    } catch {
      // Told when the room is looked at again.
    } finally {
      if (telling.get(room) === no) telling.delete(room);
    }
  }
}

/** From which number on the room's window must stay: what one reads and, when one is not here, what one will. */
export function keepFrom(room: string): number {
  const reading = (focus.peek() === room && top) || Number.POSITIVE_INFINITY;
  return here.peek() ? reading : Math.min(reading, firstUnread(room) ?? Number.POSITIVE_INFINITY);
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

/** A room that is held comes to the front: its line stands at what is new now. Gives that number. */
export function comeIn(room: string): number | null {
  const first = firstUnread(room);
  lineStands(first);
  changeRoom(room, (one) => ({ ...one, newFrom: first }));
  return first;
}

/** Whoever comes in finds the line at this number, or none; it does not move with what they see while the rest arrives. */
export function lineStands(at: number | null): void {
  drawn = at !== null;
}

/** The line in the room in front says what was missed, in this absence or before one came in. */
export const hasMissed = (room: string): boolean => drawn && focus.peek() === room;

/** Something came into the room in front: if nobody was here, the line stands above the first that they have not seen. */
export function missed(room: string): void {
  if (drawn || here.peek() || held.peek() === room || focus.peek() !== room) return;
  const first = firstUnread(room);
  if (first === null) return;
  drawn = true;
  changeRoom(room, (one) => ({ ...one, newFrom: first }));
}

/** How far one has read, as another device said it. */
export function readElsewhere(frame: ReadFrame): void {
  const { room, unread_from } = frame;
  changeEntry(room, (entry) => withPosition(entry, frame));
  if (focus.peek() !== room) return;
  if (unread_from !== null) {
    held.value = room;
    changeRoom(room, (one) => ({ ...one, newFrom: unread_from }));
  } else {
    if (held.peek() === room) held.value = null;
    readOn(room);
  }
}

/** While nobody was here another device may have read on: what was read there is not new here. */
export function readOn(room: string): void {
  const read = entries.peek().get(room)?.me.read_no ?? 0;
  if (here.peek() || held.peek() === room || read <= (seenTo.get(room) ?? 0)) return;
  const first = firstUnread(room);
  const at = peekRoom(room)?.newFrom ?? null;
  if (at === null || (first !== null && first <= at)) return;
  lineStands(first);
  changeRoom(room, (one) => ({ ...one, newFrom: first }));
}
