/// What notifies this person, asked for where a screen needs it and again when another device changed it.

import { signal } from "@preact/signals";
import type { Room } from "../wire/views";
import type { Level, NotifySettings } from "../wire/notify";
import { ask } from "./ask";
import { quietOf } from "./quiet";
import type { Fetched } from "./state";

export const notifying = signal<Fetched<{ value: NotifySettings }> | null>(null);
/** Moves when a device began or ceased to be notified, here or elsewhere. */
export const devicesMoved = signal(0);

export async function loadNotify(): Promise<void> {
  if (notifying.peek()?.state !== "ready") notifying.value = { state: "loading" };
  try {
    const { result } = await ask("notify.settings", {});
    notifying.value = { state: "ready", value: result };
  } catch (error) {
    if (notifying.peek()?.state !== "ready") notifying.value = { state: "failed", error };
  }
}

/** The event that something of it is another now. */
export function notifyMoved(): void {
  devicesMoved.value++;
  if (notifying.peek()) void loadNotify();
}

const chosen = (id: string): Level | undefined => {
  const now = notifying.value;
  if (now?.state !== "ready") return undefined;
  return now.value.choices.find((one) => (one.thread ?? one.room) === id)?.level;
};

/** What of a room notifies, by the rules of rooms/notify.py; undefined until it is known. */
export function roomLevel(room: Pick<Room, "id" | "access">): Level | undefined {
  if (notifying.value?.state !== "ready") return undefined;
  return chosen(room.id) ?? standard(room);
}

/** What of a room notifies while nobody chose. */
export const standard = (room: Pick<Room, "access">): Level => (room.access === "direct" ? "all" : "mentions");

/** What was chosen for a thread; null: as its room. */
export const threadLevel = (thread: string): Level | null => chosen(thread) ?? null;

/** Of a muted room nothing notifies, or its mentions: whatever was chosen. */
export function mutedHere(room: string): "none" | "mentions" | null {
  const now = quietOf("room", room);
  if (!now) return null;
  return now.mentions ? "mentions" : "none";
}

const after = async (asked: Promise<unknown>): Promise<void> => {
  await asked;
  await loadNotify();
};

export const chooseRoom = (room: Pick<Room, "id" | "access">, level: Level): Promise<void> =>
  after(ask("notify.room", { room: room.id, level: level === standard(room) ? null : level }));
export const chooseThread = (thread: string, level: Level | null): Promise<void> => after(ask("notify.thread", { thread, level }));
export const chooseHours = (rules: Pick<NotifySettings, "quiet" | "text">): Promise<void> => after(ask("notify.me", rules));
