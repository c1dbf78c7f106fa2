/// What this person was given, and what that and the room's own lock mean here and now. Ends come by themselves:
/// nothing is sent when they do, so the clock is asked, and whoever is drawn is drawn again at the next end.

import { signal } from "@preact/signals";
import type { StreamEvent } from "../wire/frames";
import type { Sanction } from "../wire/sanctions";
import type { Room } from "../wire/views";

export const given = signal<readonly Sanction[]>([]);
/** Moves when something on a facilitators' desk that is fetched, not folded, has changed. */
export const deskMoved = signal(0);
/** Moves at the next end. */
export const passed = signal(0);

let timer: ReturnType<typeof setTimeout> | undefined;
const LONGEST = 6 * 3600_000;

/** Be drawn again when `until` (milliseconds) has come. */
export function wakeAt(until: number, now = Date.now()): void {
  clearTimeout(timer);
  timer = setTimeout(() => passed.value++, Math.min(LONGEST, Math.max(0, until - now) + 250));
}

type Of<K extends StreamEvent["kind"]> = Extract<StreamEvent, { kind: K }>;
export type SanctionEvent = Of<"sanction.given"> | Of<"sanction.lifted"> | Of<"sanction.appealed"> | Of<"sanction.answered">;

/** The fold of a person's own stream. Pure. */
export function foldGiven(list: readonly Sanction[], event: SanctionEvent): readonly Sanction[] {
  if (event.kind === "sanction.given") {
    return [event.data.sanction, ...list.filter((one) => one.id !== event.data.sanction.id)];
  }
  return list.map((one) => (one.id === event.data.id ? changed(one, event) : one));
}

function changed(one: Sanction, event: Exclude<SanctionEvent, Of<"sanction.given">>): Sanction {
  if (event.kind === "sanction.lifted") return { ...one, lifted_at: event.at };
  if (event.kind === "sanction.appealed") {
    return { ...one, appeal: { text: event.data.text, at: event.at, verdict: null, answer: "", answered_by: null } };
  }
  if (!one.appeal) return one;
  return { ...one, appeal: { ...one.appeal, verdict: event.data.verdict, answer: event.data.note ?? "", answered_by: event.actor } };
}

const LASTS = new Set(["mute", "ban", "suspend"]);

/** Whether a sanction is in force. */
export const binds = (one: Sanction, now: number): boolean =>
  LASTS.has(one.kind) && one.lifted_at === null && (one.until === null || Date.parse(one.until) > now);

export type Bound = { why: "muted"; sanction: Sanction; until: string | null } | { why: "locked"; reason: string; until: string | null };

/** What keeps somebody from writing in a room now; undefined for nothing. */
export function boundIn(room: Room, facilitates: boolean, list: readonly Sanction[], now: number): Bound | undefined {
  const lock = room.locked ?? null;
  if (lock && !facilitates && (lock.until === null || Date.parse(lock.until) > now)) {
    return { why: "locked", reason: lock.reason, until: lock.until };
  }
  const mute = list.find((one) => one.kind === "mute" && one.room === room.id && binds(one, now));
  return mute && { why: "muted", sanction: mute, until: mute.until };
}
