/// The fold: a room's snapshot and one event give the next snapshot, by the table in docs/protocol.md.
/// Pure. `page` is a window of the timeline: what is outside it is left to whoever fetches it.
/// Thread replies are folded by `foldThread` from the same events.

import type { StreamEvent } from "../wire/frames";
import type { Member, Membership, Message, Page, Person, RoomSnapshot, ThreadSnapshot } from "../wire/views";
import { foldTools } from "../tools/fold";
import { foldMessage, posted } from "./message";

type Kind = StreamEvent["kind"];
type Of<K extends Kind> = Extract<StreamEvent, { kind: K }>;
type Rules = { [K in Kind]?: (snapshot: RoomSnapshot, event: Of<K>, viewer: string) => RoomSnapshot };

const RULES: Rules = {
  "message.posted": foldPosted,
  "message.pinned": foldPinned,
  "thread.moved": (snapshot, { data }) => {
    const { [data.id]: _gone, ...threads } = snapshot.threads;
    return { ...snapshot, threads };
  },
  "member.joined": (snapshot, { data }) => ({
    ...snapshot,
    members: [
      ...snapshot.members.filter((one) => one.person !== data.person.id),
      { person: data.person.id, role: data.role, state: "member" },
    ],
    people: withPerson(snapshot.people, data.person),
    room: { ...snapshot.room, member_count: snapshot.room.member_count + 1 },
  }),
  "member.left": (snapshot, { data }, viewer) => ({
    ...snapshot,
    members: snapshot.members.filter((one) => one.person !== data.person),
    room: { ...snapshot.room, member_count: Math.max(0, snapshot.room.member_count - 1) },
    me: data.person === viewer ? null : snapshot.me,
  }),
  "member.role": (snapshot, { data }, viewer) => ({
    ...snapshot,
    members: snapshot.members.map((one) => (one.person === data.person ? withRole(one, data.role) : one)),
    me: data.person === viewer && snapshot.me ? { ...snapshot.me, role: data.role } : snapshot.me,
  }),
  "tool.changed": (snapshot, { data, seq, actor }) => ({ ...snapshot, tools: foldTools(snapshot.tools, data, seq, actor) }),
  "room.opened": (snapshot, { data }) => ({ ...snapshot, room: data.room }),
  "room.changed": (snapshot, { data }) => ({ ...snapshot, room: data.room }),
  "room.trimmed": foldTrimmed,
};

/** Events not newer than the cursor, or of another stream, change nothing; unknown kinds move the cursor only. */
export function fold(snapshot: RoomSnapshot, event: StreamEvent, viewer: string): RoomSnapshot {
  if (event.stream !== snapshot.cursor.stream || event.seq <= snapshot.cursor.seq) return snapshot;
  const rule = RULES[event.kind] as ((s: RoomSnapshot, e: StreamEvent, v: string) => RoomSnapshot) | undefined;
  const changed = rule ? rule(snapshot, event, viewer) : snapshot;
  return {
    ...changed,
    page: foldPage(changed.page, event),
    pins: foldPins(changed.pins, event),
    cursor: { ...snapshot.cursor, seq: event.seq },
  };
}

function foldPosted(snapshot: RoomSnapshot, event: Of<"message.posted">, viewer: string): RoomSnapshot {
  const no = event.no ?? 0;
  const { thread, late = false } = event.data;
  const mine = event.data.author === viewer && !late;
  if (thread !== undefined) {
    if (late && event.data.author === viewer && !(thread in snapshot.threads)) {
      return { ...snapshot, threads: { ...snapshot.threads, [thread]: { following: true, read_no: no - 1 } } };
    }
    if (!mine) return snapshot;
    return { ...snapshot, threads: { ...snapshot.threads, [thread]: { following: true, read_no: no } } };
  }
  const me = mine && snapshot.me ? { ...snapshot.me, read_no: Math.max(snapshot.me.read_no, no) } : snapshot.me;
  const message = posted(event, snapshot.room.id);
  return { ...snapshot, head_no: Math.max(snapshot.head_no, no), me, page: withMessage(snapshot.page, message) };
}

/** A pin of a message outside the window is fetched by the caller: it is not in the event. */
function foldPinned(snapshot: RoomSnapshot, event: Of<"message.pinned">): RoomSnapshot {
  const { id } = event.data;
  if (snapshot.pins.some((one) => one.id === id)) return snapshot;
  const message = snapshot.page.messages.find((one) => one.id === id);
  return message ? { ...snapshot, pins: [...snapshot.pins, message] } : snapshot;
}

/** What stood before a number is gone, with its threads; what nobody can read any more is not unread. */
function foldTrimmed(snapshot: RoomSnapshot, { data }: Of<"room.trimmed">): RoomSnapshot {
  const { first_no } = data;
  const gone = new Set(data.threads);
  const stays = ({ room, thread, no }: Message) =>
    room !== snapshot.room.id || (thread === null ? no >= first_no : !gone.has(thread));
  const messages = snapshot.page.messages.filter(stays);
  const all = messages.length === snapshot.page.messages.length;
  const { me } = snapshot;
  return {
    ...snapshot,
    page: {
      ...snapshot.page,
      messages,
      quoted: snapshot.page.quoted.filter(stays),
      more_before: all && snapshot.page.more_before && (messages[0]?.no ?? 0) > first_no,
    },
    pins: snapshot.pins.filter(stays),
    threads: Object.fromEntries(Object.entries(snapshot.threads).filter(([thread]) => !gone.has(thread))),
    me: me && withoutTrimmed(me, first_no),
  };
}

/** Where a reader stands once everything before `first_no` is gone. */
export const withoutTrimmed = (me: Membership, first_no: number): Membership => ({
  ...me,
  read_no: Math.max(me.read_no, first_no - 1),
  unread_from: me.unread_from !== null && me.unread_from < first_no ? null : me.unread_from,
});

function foldPins(pins: Message[], event: StreamEvent): Message[] {
  const next = mapped(pins, event);
  return next.every((one) => one.pinned) ? next : next.filter((one) => one.pinned);
}

function foldPage(page: Page, event: StreamEvent): Page {
  const messages = mapped(page.messages, event);
  const quoted = mapped(page.quoted, event);
  return messages === page.messages && quoted === page.quoted ? page : { ...page, messages, quoted };
}

/** The same array when nothing in it changed, so that nothing is drawn again. */
function mapped(messages: Message[], event: StreamEvent): Message[] {
  let touched = false;
  const next = messages.map((one) => {
    const after = foldMessage(one, event);
    touched ||= after !== one;
    return after;
  });
  return touched ? next : messages;
}

/** At the end of the window, if the window reaches to the head and does not hold it yet. */
function withMessage(page: Page, message: Message): Page {
  const last = page.messages.at(-1);
  if (page.more_after || (last && last.no >= message.no)) return page;
  return { ...page, messages: [...page.messages, message] };
}

function withPerson(people: Person[], person: Person): Person[] {
  return [...people.filter((one) => one.id !== person.id), person];
}

const withRole = (member: Member, role: Member["role"]): Member => ({ ...member, role });

/** The same for an open thread: its first message, its window of replies, and where the viewer stands. */
export function foldThread(thread: ThreadSnapshot, event: StreamEvent, viewer: string): ThreadSnapshot {
  const apart = thread.cursor.stream !== thread.root.room;
  // Where answers have a stream of their own, the room's tells of the first message alone.
  if (apart && event.stream === thread.root.room) return { ...thread, root: foldMessage(thread.root, event) };
  if (event.stream !== thread.cursor.stream || event.seq <= thread.cursor.seq) return thread;
  let { page, me } = thread;
  if (event.kind === "message.posted" && event.data.thread === thread.root.id) {
    const no = event.no ?? 0;
    page = withMessage(page, posted(event, thread.root.room));
    if (event.data.author === viewer && !event.data.late) me = { following: true, read_no: Math.max(me.read_no, no) };
  }
  if (event.kind === "thread.moved" && event.data.id === thread.root.id) page = { ...page, messages: [], more_before: false };
  return {
    ...thread,
    root: apart ? thread.root : foldMessage(thread.root, event),
    page: foldPage(page, event),
    me,
    cursor: { ...thread.cursor, seq: event.seq },
  };
}

/** A window fetched while events went by: what those brought, and changed in its messages, is done to it as well. */
export function replay(page: Page, events: readonly StreamEvent[], room: string, thread: string | null = null): Page {
  let next = page;
  for (const event of events) {
    if (event.kind === "message.posted" && (event.data.thread ?? null) === thread) {
      next = withMessage(next, posted(event, room));
    }
    next = foldPage(next, event);
  }
  return next;
}
