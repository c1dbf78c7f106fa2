/// The client at work: the socket, the outbox and the store put together. The only place that does so.
/// `start` for whoever is signed in; everything else asks through `ask`.

import { Outbox, type Outgoing } from "../net/outbox";
import { Socket } from "../net/socket";
import { refreshSession } from "../session";
import type { Overview } from "../wire/views";
import { catchUp, cutFor, cutOff, mended } from "./absence";
import { ask, useSocket } from "./ask";
import { given } from "./given";
import { slept, sleptLong, watchPresence } from "./here";
import { notifying } from "./notify";
import { cursors, receive, type Asks } from "./receive";
import { forgetPlanned, loadOwn } from "./planned";
import { setQuiets } from "./quiet";
import { forgetSeen, readOn } from "./reading";
import { fetchMissing, loadDesk, reloadRoom, roomRefused } from "./rooms";
import { hearOfRestoring } from "./restored";
import { fetchRewritten } from "./rewritten";
import { answersLost, isAnswers, reloadThread } from "./threads";
import {
  answered, dropRoom, entries, focus, followed, home, learn, line, notices, openRooms, openThread, peekRoom, resetStore, setEntry, troubled, waiting,
} from "./state";
import { allStreams, outcomes, watch } from "./streams";
import { forums } from "./topics";
import { whispers } from "./whispers";

let socket: Socket | null = null;
export let outbox: Outbox | null = null;
let stopPresence: () => void = () => undefined;
let overviewRunning: Promise<void> | null = null;
let overviewAgain = false;
let staleTimer: ReturnType<typeof setTimeout> | undefined;
const repairing = new Set<string>();
const resetting = new Set<string>();
let resetTimer: (() => void) | null = null;
let lastReset = 0;
/** Milliseconds between two rounds of beginning anew. */
const AGAIN = 3_000;
/** Milliseconds of silence in which other devices may have read on: nobody repeats that, so it is asked. */
const LONG = 60_000;

const after = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** Begin for this person; ends what ran for another. */
export function start(person: string): void {
  stop();
  const made = new Socket(
    { open: () => new WebSocket(address(), "tertulia.v1"), now: Date.now, random: Math.random, after },
    {
      line: (now) => {
        line.value = now;
        if (now.state === "open") return;
        cutOff();
        outbox?.online(false);
      },
      doubt: () => void refreshSession(),
      frame: (frame) => {
        if (frame.type === "welcome") {
          hearOfRestoring(person, frame.restored_from ?? null);
          // Another machine, perhaps, that has nothing to tell.
          notices.value = [];
          return void arrived(frame.person, person);
        }
        if (frame.type === "lagging") return void catchUp(caughtUp);
        // What waited on the way while the device slept; the answer comes after it.
        if (slept()) void catchUp(() => made.check());
        return receive(frame, asks, Date.now());
      },
    },
  );
  socket = made;
  useSocket(made);
  outbox = new Outbox(person, send, after);
  stopPresence = watchPresence(made);
  made.connect();
}

export function stop(): void {
  stopPresence();
  socket?.close();
  outbox?.close();
  socket = null;
  useSocket(null);
  outbox = null;
  clearTimeout(staleTimer);
  cursors.clear();
  repairing.clear();
  resetting.clear();
  resetTimer?.();
  resetTimer = null;
  overviewRunning = null;
  resetStore();
  forgetPlanned();
  forgetSeen();
  given.value = [];
  forums.value = new Map();
  notifying.value = null;
  whispers.value = [];
}

/** Try at once, whatever the back-off says. */
export const reconnect = (): void => socket?.connect();

function address(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/ws`;
}

async function arrived(welcomed: string, person: string): Promise<void> {
  if (welcomed !== person) return void refreshSession();
  const caught = mended();
  const front = focus.peek();
  const long = cutFor() > LONG;
  if (home.value.state === "ready") {
    await caughtUp();
    if (sleptLong() || long) await reloadOverview();
    if (front) readOn(front);
  } else await reloadOverview();
  caught();
  if (front && openRooms.peek().get(front)?.state === "failed") void reloadRoom(front);
  if (openThread.peek()?.state === "failed") void reloadThread();
  outbox?.online(true);
}

/** Watch all anew. What summaries tell after a break does not say who was mentioned meanwhile. */
async function caughtUp(): Promise<void> {
  if (await watch()) void reloadOverview();
}

/** The seq of its event, or null when it waits for facilitators: then it is drawn from there. */
async function send(post: Outgoing): Promise<number | null> {
  const { room, body, thread, quote, unit, title, client_id } = post;
  const more = { ...(thread ? { thread } : {}), ...(quote ? { quote } : {}), ...(unit ? { unit } : {}), ...(title ? { title } : {}) };
  const fields = { room, body, ...more };
  // The outbox itself tries again, so that what waits is told as waiting.
  const answer = await ask("message.post", fields, { client_id, again: false, patience: 30_000 });
  if (answer.result.held !== undefined) return null;
  // Among answers that have a stream of their own: seen there, from the first one on.
  if (answer.stream !== undefined && isAnswers(answer.stream)) {
    if (openThread.peek()?.root === thread) await reloadThread();
    return null;
  }
  const { seq = 0 } = answer;
  const folded = peekRoom(room)?.snapshot.cursor.seq ?? Number.POSITIVE_INFINITY;
  if (folded >= seq || focus.peek() !== room) setTimeout(() => outbox?.seen(room, seq));
  return seq;
}

/** Everything the first screen needs; calls that come together are answered by one fetch. */
export function reloadOverview(): Promise<void> {
  if (overviewRunning) {
    overviewAgain = true;
    return overviewRunning;
  }
  overviewRunning = fetchOverview().finally(() => {
    overviewRunning = null;
    if (!overviewAgain) return;
    overviewAgain = false;
    void reloadOverview();
  });
  return overviewRunning;
}

async function fetchOverview(): Promise<void> {
  let overview: Overview;
  try {
    ({ result: overview } = await ask("overview", {}));
  } catch (error) {
    if (home.value.state !== "ready") home.value = { state: "failed", error };
    return;
  }
  const before = new Set(allStreams());
  const { me, email, community, may, coordinates } = overview;
  notices.value = overview.notices ?? [];
  troubled.value = overview.bots;
  home.value = { state: "ready", me, email, community, may, coordinates, visitUntil: overview.visit_until ?? null };
  learn([me], overview.people);
  followed.value = overview.followed;
  waiting.value = overview.waiting;
  answered.value = overview.answered;
  setQuiets(overview.quiet);
  whispers.value = overview.whispers;
  given.value = overview.sanctions;
  for (const { stream, epoch, seq } of overview.cursors) {
    const held = cursors.get(stream);
    if (!held || held.epoch !== epoch) cursors.set(stream, { epoch, seq });
  }
  mergeEntries(overview);
  void loadOwn();
  await watch(allStreams().filter((one) => !before.has(one)));
}

function mergeEntries(overview: Overview): void {
  const ids = new Set(overview.rooms.map((one) => one.room.id));
  const next = new Map([...entries.value].filter(([id]) => ids.has(id)));
  for (const entry of overview.rooms) {
    const held = next.get(entry.room.id);
    const newer = held && held.cursor.epoch === entry.cursor.epoch && held.cursor.seq > entry.cursor.seq;
    next.set(entry.room.id, newer ? { ...held, me: { ...held.me, read_no: Math.max(held.me.read_no, entry.me.read_no) } } : entry);
  }
  for (const id of entries.value.keys()) if (!ids.has(id) && focus.value !== id) dropRoom(id);
  entries.value = next;
}

/** Watch a stream again from where we stand; calls that come together are one frame. */
export async function repair(stream: string): Promise<void> {
  if (repairing.has(stream)) return;
  repairing.add(stream);
  await catchUp(() => watch([stream]));
  repairing.delete(stream);
}

Object.assign(outcomes, {
  reset: (stream: string) => {
    resetting.add(stream);
    // All that an answer resets is fetched at once; a server that only ever resets is not hammered.
    resetTimer ??= after(Date.now() - lastReset < AGAIN ? AGAIN : 0, () => void catchUp(begunAnew));
  },
  refused: (stream: string, why: string) => {
    if (isAnswers(stream)) cursors.delete(stream);
    if (!stream.startsWith("r_")) return;
    roomRefused(stream, why);
    void reloadOverview();
  },
} satisfies typeof outcomes);

/** Cursors that no longer serve: where we stand in these streams is fetched from the start. */
async function begunAnew(): Promise<void> {
  const streams = [...resetting];
  resetting.clear();
  resetTimer = null;
  lastReset = Date.now();
  for (const stream of streams) {
    cursors.delete(stream);
    forgetSeen(stream);
    // Of what was acknowledged before, the snapshot has what is left.
    outbox?.seen(stream, Number.POSITIVE_INFINITY);
    const entry = entries.value.get(stream);
    if (entry) setEntry(stream, { ...entry, cursor: { ...entry.cursor, seq: 0 } });
    if (stream !== focus.value) dropRoom(stream);
  }
  await reloadOverview();
  const front = focus.value;
  await watch(streams.filter((one) => one !== front));
  for (const stream of streams.filter(isAnswers)) answersLost(stream);
  if (front && streams.includes(front)) await reloadRoom(front, true);
  else if (front && streams.includes(`f${front}`)) await loadDesk(front);
}

const asks: Asks = {
  repair: (stream) => void repair(stream),
  overview: () => void reloadOverview(),
  room: (room) => {
    if (room === focus.value) void reloadRoom(room);
    else dropRoom(room);
  },
  fetch: (room, message, why) => void fetchMissing(room, message, why),
  rewritten: (room, message) => void fetchRewritten(room, message),
  dropped: (stream, why) => {
    if (why === "reset") return outcomes.reset(stream);
    if (isAnswers(stream)) return answersLost(stream);
    if (stream === focus.value) void reloadRoom(stream);
    else dropRoom(stream);
    void reloadOverview();
  },
  folded: (room, seq) => outbox?.seen(room, seq),
  desk: (room) => void loadDesk(room),
  thread: () => void reloadThread(),
  stale: () => {
    clearTimeout(staleTimer);
    staleTimer = setTimeout(() => void reloadOverview(), 5_000);
  },
};
