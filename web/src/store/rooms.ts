/// Opening a room, and fetching what its window does not hold: pages, quotations, people, requests.
/// Whatever events overtake a question are done to its answer (`replay`), so that nothing old comes back.

import { batch } from "@preact/signals";
import { ApiError } from "../net/error";
import type { StreamEvent } from "../wire/frames";
import type { Page, RoomSnapshot } from "../wire/views";
import { catchUp } from "./absence";
import { ask } from "./ask";
import { fold, replay } from "./fold";
import { mayIn } from "./may";
import { comeIn, lineStands } from "./reading";
import { collectors, cursors } from "./receive";
import {
  changeEntry, changeRoom, changeSnapshot, dropRoom, entries, focus, home, learn, myId, openRooms, openThread, peekRoom, people, setRoom,
} from "./state";
import { watch } from "./streams";
import { reloadThread } from "./threads";
import { unreadOf } from "./unread";
import { joinAfter, joinBefore } from "./window";

const PAGE = 50;
/** What else was fetched of a room is forgotten when its snapshot is taken anew; who keeps it says how. */
export const onShown = new Set<(room: string) => void>();
const forgotten = (room: string): void => onShown.forEach((forget) => forget(room));
/** Rooms whose windows are kept while others are looked at. */
const KEPT = 8;

/** Bring a room to the front; `around` is a message number to be shown. Null: no room is in front. */
export function openRoom(id: string | null, around: number | null = null): void {
  const before = focus.value;
  if (before === id) {
    if (id && around !== null) void showAround(id, around);
    return;
  }
  focus.value = id;
  if (before) leaveFront(before);
  if (id === null) return;
  const held = peekRoom(id);
  if (!held) return void catchUp(() => loadRoom(id, around));
  void catchUp(async () => {
    const first = comeIn(id);
    await Promise.all([watch([id]), reach(id, held.snapshot.page, around ?? first).catch(() => undefined)]);
  });
  watchDesk(id);
}

/** Where one begins, or else the newest, if the window does not hold it and it does not come to its end. */
async function reach(id: string, { messages, more_before, more_after }: Page, no: number | null): Promise<void> {
  if (no === null) return more_after ? showLatest(id) : undefined;
  const [first, last] = [messages[0]?.no ?? 0, messages.at(-1)?.no ?? 0];
  if ((more_before && no < first) || (more_after && no > last)) await showAround(id, no);
}

function leaveFront(id: string): void {
  const gone = cursors.delete(`f${id}`) ? [`f${id}`] : [];
  if (entries.peek().get(id)?.me.state === "member") void watch([id]);
  else {
    gone.push(id);
    dropRoom(id);
  }
  if (gone.length > 0) ask("unsubscribe", { streams: gone }, { again: false }).catch(() => undefined);
  const rooms = [...openRooms.peek().keys()].filter((one) => one !== focus.peek());
  for (const old of rooms.slice(0, Math.max(0, rooms.length - KEPT))) dropRoom(old);
}

/** After a reset, or when where we stand in the room has changed: its snapshot, anew. */
export async function reloadRoom(id: string, anew = false): Promise<void> {
  // Begun anew, what came meanwhile is new since now.
  if (anew) changeRoom(id, (room) => ({ ...room, newFrom: null }));
  await loadRoom(id, null);
  const thread = openThread.peek();
  if (thread?.room === id) await reloadThread();
}

export const retryRoom = (id: string, around: number | null): Promise<void> => loadRoom(id, around);

async function loadRoom(id: string, around: number | null): Promise<void> {
  if (!peekRoom(id)) setRoom(id, { state: "loading" });
  const entry = entries.peek().get(id);
  const first = entry ? unreadOf(entry).first : null;
  const centre = around ?? first;
  try {
    const fields = { room: id, limit: PAGE, ...(centre === null ? {} : { around: centre }) };
    const { result } = await ask("room.snapshot", fields);
    shown(id, result);
  } catch (error) {
    if (focus.peek() === id) setRoom(id, { state: "failed", error });
    else dropRoom(id);
    return;
  }
  if (focus.peek() !== id) return;
  await watch([id]);
  watchDesk(id);
}

function shown(id: string, snapshot: RoomSnapshot): void {
  batch(() => {
    // Fetched anew when its forum is drawn again.
    forgotten(id);
    learn(snapshot.people, snapshot.page.people);
    changeEntry(id, (entry) => ({ ...entry, room: snapshot.room, me: snapshot.me ?? entry.me }));
    const entry = entries.peek().get(id);
    const before = peekRoom(id);
    const first = entry ? unreadOf({ ...entry, head_no: Math.max(entry.head_no, snapshot.head_no) }).first : null;
    const newFrom = before?.newFrom ?? first;
    if (focus.peek() === id) lineStands(newFrom);
    setRoom(id, {
      state: "ready",
      snapshot,
      newFrom,
      ...(before?.desk ? { desk: before.desk } : {}),
      onlineCount: Object.keys(snapshot.online).length,
      unreadable: new Set(),
    });
  });
}

/** Invitations stand in snapshots only, not in the room's events: fetch who is there, and nothing else. */
export async function refreshMembers(id: string): Promise<void> {
  const me = myId();
  const [fresh, events] = await collecting(id, async () => (await ask("room.snapshot", { room: id, limit: 1 })).result);
  const { members } = events.reduce((snapshot, event) => fold(snapshot, event, me), fresh);
  learn(fresh.people);
  changeSnapshot(id, (snapshot) => ({ ...snapshot, members }));
}

export function roomRefused(id: string, why: string): void {
  if (focus.peek() === id) setRoom(id, { state: "failed", error: new ApiError(why, "") });
  else dropRoom(id);
}

// --- the facilitators' desk ---

/** For whoever facilitates the room; others are asked nothing. */
export function watchDesk(id: string): void {
  const snapshot = peekRoom(id)?.snapshot;
  const here = home.peek();
  if (snapshot && here.state === "ready" && mayIn(snapshot, here.me).facilitate) void loadDesk(id);
}

/** What waits for the facilitators, and their stream from there on. */
export async function loadDesk(id: string): Promise<void> {
  const stream = `f${id}`;
  try {
    const { result } = await ask("room.desk", { room: id });
    if (focus.peek() !== id) return;
    learn(result.requests.map((one) => one.person), result.people);
    changeRoom(id, (room) => ({ ...room, desk: result }));
    cursors.set(stream, { epoch: result.cursor.epoch, seq: result.cursor.seq });
    await watch([stream]);
  } catch {
    // Not a facilitator any more, or offline: the room itself says so.
  }
}

// --- pages ---

/** Pages on their way, by room and place: who asks for the same one waits for it as well. */
const turning = new Map<string, Promise<void>>();

/** Older messages, joined before the window. */
export async function loadBefore(id: string): Promise<void> {
  const first = peekRoom(id)?.snapshot.page.messages[0];
  // Not after a jump: it would leave a hole.
  const still = (held: Page) => held.messages[0]?.no === first?.no;
  if (first) await page(id, "before", { before: first.no }, (held, fresh) => (still(held) ? joinBefore(held, fresh) : held));
}

/** Newer messages, joined after a window that does not reach the head. */
export async function loadAfter(id: string): Promise<void> {
  const last = peekRoom(id)?.snapshot.page.messages.at(-1);
  const still = (held: Page) => held.messages.at(-1)?.no === last?.no;
  if (last) await page(id, "after", { after: last.no }, (held, fresh) => (still(held) ? joinAfter(held, fresh) : held));
}

/** The newest page in place of the window. */
export const showLatest = (id: string): Promise<void> => page(id, "latest", {}, (_, fresh) => fresh);

/** The page around a number in place of the window, unless the window holds it. */
export async function showAround(id: string, no: number): Promise<void> {
  if (peekRoom(id)?.snapshot.page.messages.some((one) => one.no === no)) return;
  await page(id, `around ${no}`, { around: no }, (_, fresh) => fresh);
}

type Join = (held: Page, fresh: Page) => Page;

function page(id: string, way: string, at: object, join: Join): Promise<void> {
  const key = `${id} ${way}`;
  const running = turning.get(key) ?? turn(id, at, join).finally(() => turning.delete(key));
  turning.set(key, running);
  return running;
}

async function turn(id: string, at: object, join: Join): Promise<void> {
  const [fresh, events] = await collecting(id, async () => (await ask("history.page", { room: id, limit: PAGE, ...at })).result);
  learn(fresh.people);
  changeSnapshot(id, (snapshot) => ({ ...snapshot, page: replay(join(snapshot.page, fresh), events, id) }));
}

/** Run a question and gather the room's events that arrive meanwhile. */
export async function collecting<T>(room: string, question: () => Promise<T>): Promise<[T, StreamEvent[]]> {
  const collector = { room, events: [] as StreamEvent[] };
  collectors.add(collector);
  try {
    return [await question(), collector.events];
  } finally {
    collectors.delete(collector);
  }
}

// --- single messages ---

const fetching = new Set<string>();

/** A message named by an event or a quotation that we do not hold. */
export async function fetchMissing(id: string, message: string, why: "quote" | "pin" | "author"): Promise<void> {
  if (why === "author" && knowsAuthor(id, message)) return;
  const key = `${id} ${message}`;
  if (fetching.has(key)) return;
  fetching.add(key);
  try {
    const [got, events] = await collecting(id, async () => (await ask("message.get", { message })).result);
    const [found] = replay(got, events, id).messages;
    learn(got.people);
    if (!found) return;
    if (why === "quote") changeSnapshot(id, (one) => ({ ...one, page: { ...one.page, quoted: [...one.page.quoted, found] } }));
    if (why === "pin" && found.pinned) {
      changeSnapshot(id, (one) => ({ ...one, pins: [...one.pins.filter((pin) => pin.id !== message), found] }));
    }
  } catch (error) {
    if (why === "quote" && error instanceof ApiError && error.code !== "offline") {
      changeRoom(id, (room) => ({ ...room, unreadable: new Set([...room.unreadable, message]) }));
    }
  } finally {
    fetching.delete(key);
  }
}

function knowsAuthor(id: string, message: string): boolean {
  const thread = openThread.peek();
  const replies = thread?.state === "ready" ? thread.snapshot.page.messages : [];
  const found = [...(peekRoom(id)?.snapshot.page.messages ?? []), ...replies].find((one) => one.id === message);
  return !found || people.peek().has(found.author);
}
