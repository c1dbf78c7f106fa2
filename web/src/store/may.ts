/// What this person may do here, so that the client offers nothing the server would refuse.
/// Mirrors rooms/policy.py; the server alone decides. Pure.

import type { Message, Person, RoomSnapshot } from "../wire/views";
import type { Key } from "../texts";

export interface May {
  facilitate: boolean;
  /** Invite, admit, change, archive: facilitators, and those who keep the community in rooms they can see. */
  manage: boolean;
  post: boolean;
  reply: boolean;
  /** False while one is bound for a time; left out: as `reply`. */
  edit?: boolean;
  react: boolean;
  pin: boolean;
  join: boolean;
  /** Why one cannot post, as a sentence; undefined when one can, or could by joining. */
  whyNot: Key | undefined;
}

type Here = Pick<RoomSnapshot, "room" | "me">;

export function mayIn({ room, me }: Here, person: Person, directAllowed = true): May {
  const inside = me?.state === "member";
  const keeps = person.role === "owner" || person.role === "admin";
  const direct = room.access === "direct";
  const facilitate = inside && !direct && (me.role === "facilitator" || keeps);
  const manage = facilitate || (keeps && (room.access === "open" || room.access === "request"));
  const speaks = inside && me.role !== "observer" && !room.archived && (!direct || directAllowed);
  const post = speaks && (room.posting === "everyone" || facilitate || direct);
  return {
    facilitate,
    manage,
    post,
    reply: speaks,
    react: speaks,
    pin: speaks && (facilitate || direct),
    join: !inside && !room.archived && !direct,
    whyNot: post || !inside ? undefined : reason(room, me.role === "observer", direct && !directAllowed),
  };
}

/** Whether a room is read without joining: one that shows its history from joining on is not. */
export const readAlong = ({ access, history }: RoomSnapshot["room"]): boolean => access === "open" && history === "all";

/** In a go-round, for who has not the floor: reading and reacting go on. */
export const outOfTurn = (may: May): May => ({ ...may, post: false, reply: false, whyNot: may.whyNot ?? "error.not_your_turn" });

function reason(room: RoomSnapshot["room"], observer: boolean, noDirect: boolean): Key {
  if (room.archived) return "error.room_archived";
  if (observer) return "error.observer";
  return noDirect ? "error.direct_not_allowed" : "error.read_only";
}

export const mayEdit = (message: Message, me: string, may: May): boolean =>
  message.author === me && message.body !== null && may.reply && may.edit !== false;

/** Whether one says where a topic stands: whose it is, and facilitators. */
export const mayMark = (topic: Message, me: string, may: May): boolean =>
  topic.body !== null && may.reply && may.edit !== false && (may.facilitate || topic.author === me);

export const mayDelete = (message: Message, me: string, may: May): boolean =>
  message.deleted_by === null && (may.facilitate || message.author === me);

const RANKS: Record<string, number> = { owner: 3, admin: 2, facilitator: 1 };

/** Whether the one stands above the other in a room: nobody acts on an equal (rooms/ranks.py). */
export const standsAbove = (me: [Person | undefined, string], them: [Person | undefined, string]): boolean => {
  const rank = ([person, role]: [Person | undefined, string]) => Math.max(RANKS[person?.role ?? ""] ?? 0, RANKS[role] ?? 0);
  return rank(me) > rank(them);
};
