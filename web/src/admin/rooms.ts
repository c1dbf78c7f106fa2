/// Rooms that one can invite into or put a class into: one's own, and those that are listed.

import { api } from "../net/api";
import { entries } from "../store/state";
import type { Room, RoomListing } from "../wire/views";

export interface Choice {
  value: string;
  label: string;
}

const LISTED = 100;

/** By name. Direct and archived rooms are no places to invite to. */
export async function roomChoices(): Promise<Choice[]> {
  const { rooms } = await api.get<RoomListing>(`/directory/rooms?limit=${LISTED}`);
  const mine = [...entries.peek().values()].filter((one) => one.me.state === "member").map((one) => one.room);
  const fit = (room: Room) => room.access !== "direct" && !room.archived;
  const byId = new Map([...rooms, ...mine].filter(fit).map((room) => [room.id, room]));
  return [...byId.values()].map(({ id, name }) => ({ value: id, label: name })).toSorted((a, b) => a.label.localeCompare(b.label));
}
