/// What this person would rather not hear: whom they muted or blocked, rooms they muted. Follows them everywhere.

import type { StreamEvent } from "../wire/frames";
import type { Quiet, Room } from "../wire/views";
import { attempt } from "./actions";
import { ask } from "./ask";
import { myId, quiets } from "./state";

type What = Quiet["what"];

const key = (what: What, id: string): string => `${what} ${id}`;

export function setQuiets(all: readonly Quiet[]): void {
  quiets.value = new Map(all.map((one) => [key(one.what, one.id), one]));
}

export function foldQuiet(event: Extract<StreamEvent, { kind: "quiet.changed" }>): void {
  const { what, id, on, mentions = false } = event.data;
  const next = new Map(quiets.value);
  if (on) next.set(key(what, id), { what, id, mentions, at: event.at });
  else next.delete(key(what, id));
  quiets.value = next;
}

/** Undefined where it is heard. Subscribes whoever draws it. */
export const quietOf = (what: What, id: string): Quiet | undefined => quiets.value.get(key(what, id));

/** Whether what this author says in this room is folded. */
export const unheard = (author: string, room: Pick<Room, "access">): boolean =>
  quietOf("person", author) !== undefined || (room.access === "direct" && quietOf("block", author) !== undefined);

/** The other one of a conversation of two whom one has blocked. */
export function blockedIn(room: Pick<Room, "direct">): string | undefined {
  if (room.direct.length !== 2) return undefined;
  return room.direct.find((id) => id !== myId() && quietOf("block", id) !== undefined);
}

/** An event as it counts: who is muted mentions nobody. */
export function heard(event: StreamEvent): StreamEvent {
  if (event.kind !== "message.posted" || !event.data.mentions?.length) return event;
  const deaf = quiets.peek().has(key("person", event.data.author)) || quiets.peek().has(key("block", event.data.author));
  return deaf ? { ...event, data: { ...event.data, mentions: [] } } : event;
}

export const mutePerson = (person: string, muted: boolean): Promise<boolean> => attempt(ask("person.mute", { person, muted }));
export const blockPerson = (person: string, blocked: boolean): Promise<boolean> => attempt(ask("person.block", { person, blocked }));
export const muteRoom = (room: string, muted: boolean, mentions = false): Promise<boolean> =>
  attempt(ask("room.mute", { room, muted, mentions }));
