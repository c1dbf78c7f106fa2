/// What a frame from the server does to the store. One function a frame type, one table for events.
/// Events of a room are folded into its line in the list, its timeline and the open thread.

import { batch } from "@preact/signals";
import { ApiError } from "../net/error";
import type { PresenceFrame, ServerFrame, StreamEvent, ThreadReadFrame, TypingFrame } from "../wire/frames";
import { answeredBy } from "./asking";
import { foldWhisper, whispers } from "./whispers";
import { foldDesk } from "./desk";
import { deskMoved, foldGiven, given } from "./given";
import { fold, foldThread } from "./fold";
import { notifyMoved } from "./notify";
import { isPlanned, plannedMoved } from "./planned";
import { foldQuiet, heard } from "./quiet";
import { keepFrom, missed, readElsewhere } from "./reading";
import {
  adminsMoved, answered, botsMoved, changeEntry, changeRoom, changeSnapshot, changeThread, dropEntry, entries, focus, followed, home, learn, listed, myId,
  notices, openThread, peekRoom, typists, waiting,
} from "./state";
import { foldEntry, foldSummary } from "./unread";
import { foldTopics } from "./topics";
import { foldWaiting } from "./waiting";
import { keep } from "./window";

/** What receiving may ask of those who speak to the server. */
export interface Asks {
  /** A stream has a hole after what we hold: subscribe it again. */
  repair: (stream: string) => void;
  overview: () => void;
  room: (room: string) => void;
  /** An event names a message, or a person, that we do not hold. */
  fetch: (room: string, message: string, why: "quote" | "pin" | "author") => void;
  /** A message says something else, and its event does not tell what. */
  rewritten: (room: string, message: string) => void;
  /** Look again at the open thread: one may see more of it now. */
  thread: () => void;
  /** Something at a room's desk changed that its stream does not tell. */
  desk: (room: string) => void;
  dropped: (stream: string, why: string) => void;
  folded: (room: string, seq: number) => void;
  stale: () => void;
}

/** Cursors of the streams that are not rooms: the community's, one's own, facilitators'. */
export const cursors = new Map<string, { epoch: string; seq: number }>();

/** Events of rooms, for whoever has a question under way that they may overtake. */
export const collectors = new Set<{ room: string; events: StreamEvent[] }>();

const TYPING = 15_000;

export function receive(frame: ServerFrame, asks: Asks, now: number): void {
  batch(() => {
    switch (frame.type) {
      case "event":
        if (frame.stream.startsWith("tm_")) return answersEvent(frame, asks);
        return frame.stream.startsWith("r_") ? roomEvent(frame, asks) : otherEvent(frame, asks);
      case "summary":
        return summaries(frame.streams, asks, now);
      case "typing":
        return typing(frame, now);
      case "presence":
        return presence(frame);
      case "read":
        return readElsewhere(frame);
      case "thread_read":
        return threadPosition(frame);
      case "notices":
        notices.value = frame.active;
        return undefined;
      case "tool_mark":
        return changeSnapshot(frame.room, (one) => ({ ...one, marks: { ...one.marks, [frame.tool]: frame.mark } }));
      case "unsubscribed":
        return asks.dropped(frame.stream, frame.why);
      default:
        return undefined;
    }
  });
}

function roomEvent(event: StreamEvent, asks: Asks): void {
  const id = event.stream;
  for (const one of collectors) if (one.room === id) one.events.push(event);
  const me = myId();
  learn(eventPeople(event));
  const room = peekRoom(id);
  if (room && event.seq > room.snapshot.cursor.seq + 1) {
    if (focus.peek() === id) asks.repair(id);
    return;
  }
  changeEntry(id, (entry) => foldEntry(entry, heard(event), me));
  if (!room || event.seq <= room.snapshot.cursor.seq) return;
  changeSnapshot(id, (snapshot) => bounded(fold(snapshot, event, me)));
  if (openThread.peek()?.room === id) changeThread((thread) => foldThread(thread, event, me));
  if (event.kind === "message.posted") {
    typists.value = typists.value.filter((one) => one.person !== event.data.author || one.room !== id);
    countFollowed(event, me);
    if (event.data.thread === undefined) missed(id);
  }
  foldTopics(event);
  aboutAnswers(event, me, asks);
  if (event.kind === "room.trimmed") trimmed(event, asks);
  if (isPlanned(event)) plannedMoved(id);
  // What left the room took its replies and mentions along: counts of them are asked for.
  if (event.kind === "thread.moved") asks.stale();
  asks.folded(id, event.seq);
  missing(event, id, asks);
}

/** Something happened among the answers of the topic that is open. */
function answersEvent(event: StreamEvent, asks: Asks): void {
  const cursor = cursors.get(event.stream);
  const open = openThread.peek();
  if (!cursor || event.seq <= cursor.seq) return;
  if (event.seq > cursor.seq + 1) return asks.repair(event.stream);
  cursor.seq = event.seq;
  if (open?.root !== event.stream.slice(1)) return;
  changeThread((thread) => foldThread(thread, event, myId()));
  if (event.kind !== "message.posted") return;
  typists.value = typists.value.filter((one) => one.person !== event.data.author || one.room !== open.room);
  const quoted = event.data.quote?.message;
  if (quoted !== undefined) asks.fetch(open.room, quoted, "quote");
  asks.fetch(open.room, event.data.id, "author");
}

/** What everybody hears of answers that are kept back: that there is one more, or that they are shown now. */
function aboutAnswers(event: StreamEvent, me: string, asks: Asks): void {
  if (event.kind !== "thread.counted" && event.kind !== "topic.marked") return;
  const open = openThread.peek();
  const withheld = open?.state === "ready" && open.root === event.data.id && open.snapshot.withheld;
  if (withheld && (event.kind === "topic.marked" || event.actor === me)) asks.thread();
  if (event.kind === "thread.counted" && event.data.last_no !== undefined && event.actor !== me) oneMore(event.stream, event.data.id);
}

/** Threads that went; who is mentioned in what went, only the server can count. */
function trimmed({ stream, data }: Extract<StreamEvent, { kind: "room.trimmed" }>, asks: Asks): void {
  const gone = new Set(data.threads);
  followed.value = followed.value.filter((one) => !gone.has(one.thread));
  const open = openThread.peek();
  const shown = open?.state === "ready" ? open.snapshot.root : undefined;
  const went = gone.has(open?.root ?? "") || (shown?.thread === null && shown.no < data.first_no);
  if (open?.room === stream && went) openThread.value = { room: stream, root: open.root, state: "failed", error: new ApiError("not_found", "") };
  asks.stale();
}

/** A little slack, so that messages are let go in bunches. */
const bounded = (snapshot: ReturnType<typeof fold>) =>
  snapshot.page.messages.length > 300 ? { ...snapshot, page: keep(snapshot.page, keepFrom(snapshot.room.id)) } : snapshot;

function missing(event: StreamEvent, id: string, asks: Asks): void {
  const page = peekRoom(id)?.snapshot.page;
  if (!page) return;
  if (event.kind === "message.posted") {
    const quoted = event.data.quote?.message;
    const has = (message: string) => [page.messages, page.quoted].some((list) => list.some((one) => one.id === message));
    if (quoted !== undefined && !has(quoted)) asks.fetch(id, quoted, "quote");
    asks.fetch(id, event.data.id, "author");
  }
  if (event.kind === "message.edited" && event.data.ask) asks.rewritten(id, event.data.id);
  if (event.kind === "message.pinned" && !peekRoom(id)?.snapshot.pins.some((one) => one.id === event.data.id)) {
    asks.fetch(id, event.data.id, "pin");
  }
}

function eventPeople(event: StreamEvent) {
  return event.kind === "member.joined" ? [event.data.person] : [];
}

function countFollowed(event: Extract<StreamEvent, { kind: "message.posted" }>, me: string): void {
  const { thread, author } = event.data;
  if (thread === undefined || author === me) return;
  oneMore(event.stream, thread);
}

/** Another reply, in a thread that one follows or not. */
function oneMore(room: string, thread: string): void {
  const known = followed.value.some((one) => one.thread === thread);
  const state = peekRoom(room)?.snapshot.threads[thread];
  if (known) {
    followed.value = followed.value.map((one) => (one.thread === thread ? { ...one, unread: one.unread + 1 } : one));
  } else if (state?.following) {
    const root = peekRoom(room)?.snapshot.page.messages.find((one) => one.id === thread);
    const title = root?.unit ? "" : (root?.title ?? root?.body ?? "").slice(0, 60);
    followed.value = [...followed.value, { room, thread, unread: 1, title }];
  }
}

function otherEvent(event: StreamEvent, asks: Asks): void {
  const cursor = cursors.get(event.stream);
  if (!cursor || event.seq <= cursor.seq) return;
  if (event.seq > cursor.seq + 1) return asks.repair(event.stream);
  cursor.seq = event.seq;
  if (isPlanned(event)) return plannedMoved(event.stream);
  switch (event.kind) {
    case "room.added":
      asks.overview();
      return asks.room(event.data.room.id);
    case "room.dropped":
      dropEntry(event.data.room);
      return asks.room(event.data.room);
    case "quiet.changed":
      foldQuiet(event);
      // Names of whom it is about, and mentions that count again or no longer.
      return asks.overview();
    case "notify.changed":
      return notifyMoved();
    case "bot.troubled":
      botsMoved.value++;
      return asks.overview();
    case "pairs.changed":
      return asks.overview();
    case "community.changed":
      if (home.value.state === "ready") home.value = { ...home.value, community: event.data.community };
      return asks.overview();
    case "person.joined":
    case "person.changed":
      learn([event.data.person]);
      if (home.value.state === "ready" && event.data.person.id === home.value.me.id) {
        if (home.value.me.role !== event.data.person.role) asks.overview();
        home.value = { ...home.value, me: event.data.person };
      }
      return undefined;
    case "room.listed":
      listed.value++;
      return changeEntry(event.data.room.id, (entry) => ({ ...entry, room: event.data.room }));
    case "room.unlisted":
      listed.value++;
      return undefined;
    case "report.answered":
      answered.value = [...answered.value.filter((one) => one.id !== event.data.id), { answer: "", ...event.data }];
      return undefined;
    case "post.held":
    case "post.changed":
    case "post.settled":
      if (event.stream.startsWith("fr_")) return deskEvent(event);
      waiting.value = foldWaiting(waiting.value, event);
      return undefined;
    case "sanction.given":
    case "sanction.lifted":
    case "sanction.appealed":
    case "sanction.answered":
      if (event.stream.startsWith("fr_")) {
        deskMoved.value++;
        return deskEvent(event);
      }
      given.value = foldGiven(given.value, event);
      return undefined;
    case "whisper.shown":
    case "whisper.gone":
      whispers.value = foldWhisper(whispers.value, event);
      return undefined;
    case "interaction.answered":
      return answeredBy(event.data.id);
    case "act.done":
    case "pass.changed":
      deskMoved.value++;
      return deskEvent(event);
    default:
      if (event.stream === "admins") {
        adminsMoved.value++;
        // Suspensions are listed beside people.
        if (event.kind === "suspension.changed") deskMoved.value++;
      }
      else if (event.kind === "report.changed") asks.desk(event.stream.slice(1));
      return event.stream.startsWith("fr_") ? deskEvent(event) : undefined;
  }
}

function deskEvent(event: StreamEvent): void {
  changeRoom(event.stream.slice(1), (room) => (room.desk ? { ...room, desk: foldDesk(room.desk, event) } : room));
}

function summaries(streams: Extract<ServerFrame, { type: "summary" }>["streams"], asks: Asks, now: number): void {
  for (const one of streams) {
    const entry = entries.value.get(one.stream);
    if (!entry) continue;
    // Something happened that is no new message: perhaps a reply in a thread one follows.
    if (one.seq > entry.cursor.seq && one.no === entry.head_no) asks.stale();
    changeEntry(one.stream, (old) => foldSummary(old, one, new Date(now).toISOString()));
  }
}

function typing(frame: TypingFrame, now: number): void {
  if (frame.person === myId()) return;
  const others = typists.value.filter((one) => one.person !== frame.person || one.room !== frame.stream);
  const { person, name } = frame;
  const one = { room: frame.stream, thread: frame.thread ?? null, person, name, until: now + TYPING };
  typists.value = frame.typing ? [...others, one] : others;
}

function presence(frame: PresenceFrame): void {
  changeRoom(frame.stream, (room) => {
    // A frame that names everybody who is here (the first after a break does) leaves nobody else.
    const all = Object.values(frame.people).filter((how) => how !== "offline").length === frame.online;
    const online = all ? {} : { ...room.snapshot.online };
    for (const [person, how] of Object.entries(frame.people)) {
      if (how === "offline") delete online[person];
      else online[person] = how;
    }
    return { ...room, onlineCount: frame.online, snapshot: { ...room.snapshot, online } };
  });
}

/** Also for the answers to one's own marking. */
export function threadPosition(frame: Omit<ThreadReadFrame, "type">): void {
  const { thread, following, read_no } = frame;
  const open = openThread.value;
  const room = open?.root === thread ? open.room : followed.value.find((one) => one.thread === thread)?.room;
  if (open?.root === thread) changeThread((snapshot) => ({ ...snapshot, me: { following, read_no } }));
  if (room) {
    changeSnapshot(room, (snapshot) => ({ ...snapshot, threads: { ...snapshot.threads, [thread]: { following, read_no } } }));
  }
  const last = open?.root === thread && open.state === "ready" ? (open.snapshot.root.replies?.last_no ?? 0) : read_no;
  followed.value = followed.value
    .map((one) => (one.thread === thread ? { ...one, unread: Math.max(0, last - read_no) } : one))
    .filter((one) => one.thread !== thread || (following && one.unread > 0));
}
