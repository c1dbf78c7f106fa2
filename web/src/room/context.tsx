/// What every message of a room needs to be drawn, made once and shared: who is who, what one may do.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Mentioned } from "../markup/body";
import { t } from "../texts";
import { mayIn, outOfTurn, type May } from "../store/may";
import { boundIn, given } from "../store/given";
import { blockedIn } from "../store/quiet";
import { kindOf } from "../rooms/kinds";
import { nameOf, twins, type People } from "../store/names";
import { openRooms, type Fetched, type Home, type OpenRoom } from "../store/state";
import { NO_BOOKS, type Reached, type Shelf } from "../tools/book";
import { turnOf } from "../tools/turn";
import { toolState } from "../tools/use";
import type { Message, RoomSnapshot } from "../wire/views";

export interface RoomContext {
  room: RoomSnapshot["room"];
  me: string;
  may: May;
  people: People;
  /** People whose name somebody else here has as well. */
  twins: ReadonlySet<string>;
  facilitators: ReadonlySet<string>;
  mentioned: Mentioned;
  name: (id: string) => string;
  /** Every post is a topic: its title stands above it. */
  topics: boolean;
  /** The reader is a member. */
  inside: boolean;
  /** What the room reads, and how far the reader is. */
  shelf: Shelf;
  reached: Reached;
  /** A quoted message; null: not ours to read; undefined: not here yet. */
  quoted: (id: string) => Message | null | undefined;
}

export function roomContext(open: OpenRoom, home: Home, people: People): RoomContext {
  const { snapshot } = open;
  const free = mayIn(snapshot, home.me, home.community.direct_rooms !== "nobody" && blockedIn(snapshot.room) === undefined);
  // The composer's place says why and until when; what else would be refused is not offered.
  const bound = boundIn(snapshot.room, free.facilitate, given.value, Date.now());
  const all = bound ? { ...free, react: false, pin: false, edit: false } : { ...free, edit: free.reply };
  const turn = turnOf(open);
  const may = free.facilitate || turn === null || turn === home.me.id ? all : outOfTurn(all);
  const same = twins(people, snapshot.members);
  const name = (id: string) => nameOf(people, id);
  const mine = (id: string) => id === home.me.id || id === "room" || (id === "facilitators" && may.facilitate);
  const label = (id: string) => {
    if (id === "room" || id === "facilitators") return id;
    return same.has(id) ? `${name(id)} (${people.get(id)?.username ?? "?"})` : name(id);
  };
  return {
    room: snapshot.room,
    me: home.me.id,
    may,
    people,
    twins: same,
    facilitators: new Set(snapshot.members.filter((one) => one.role === "facilitator").map((one) => one.person)),
    mentioned: { label, mine: (id) => snapshot.me !== null && mine(id) },
    name,
    topics: kindOf(snapshot.room.kind).topics ?? false,
    inside: snapshot.me?.state === "member",
    shelf: toolState<Shelf>(open, "book", NO_BOOKS),
    reached: (snapshot.marks["book"] ?? {}) as Reached,
    // As it stands now, not when this was made: whoever draws it is drawn again with the room.
    quoted: (id) => quotedIn(openRooms.value.get(snapshot.room.id), id),
  };
}

function quotedIn(open: Fetched<OpenRoom> | undefined, id: string): Message | null | undefined {
  if (open?.state !== "ready") return undefined;
  const { messages, quoted } = open.snapshot.page;
  const found = messages.find((one) => one.id === id) ?? quoted.find((one) => one.id === id);
  return found ?? (open.unreadable.has(id) ? null : undefined);
}

const Context = createContext<RoomContext | null>(null);
export const RoomProvider = Context.Provider;

export function useRoom(): RoomContext {
  const room = useContext(Context);
  if (!room) throw new Error("A room's part was drawn outside of a room.");
  return room;
}

/** The sentence that stands in place of a deleted text. */
export function epitaph(message: Message, name: string): string {
  if (message.deleted_by === "author") return t("message.deleted.author", { name });
  if (message.deleted_by === "facilitator") return t("message.deleted.facilitator");
  if (message.deleted_by === "moved") return t("message.moved");
  if (message.deleted_by === "account") return t("message.deleted.account");
  return t("message.gone");
}
