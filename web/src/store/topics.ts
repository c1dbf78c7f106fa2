/// The topics of forums that are open here: pages of them, folded by what happens in their rooms.
/// Sorted by what was last said; the order is made anew whenever it is asked for.

import { signal } from "@preact/signals";
import type { StreamEvent } from "../wire/frames";
import type { Message } from "../wire/views";
import { ask } from "./ask";
import { foldMessage, posted } from "./message";
import { put } from "./put";
import { collecting, onShown } from "./rooms";
import { changeSnapshot, learn, type Fetched } from "./state";

const PAGE = 30;

export interface Topics {
  topics: readonly Message[];
  /** Where the next page begins; null: these are all. */
  next: string | null;
}

export const forums = signal<ReadonlyMap<string, Fetched<Topics>>>(new Map());

/** When something was last said in a topic. */
export const activity = (topic: Message): string => topic.replies?.last_at ?? topic.at;

export const livelyFirst = (topics: readonly Message[]): Message[] =>
  topics.toSorted((a, b) => activity(b).localeCompare(activity(a)) || b.no - a.no);

/** What a list shows: what was deleted stays only for its answers; what moved away does not. */
export const listed = (topics: readonly Message[]): Message[] =>
  livelyFirst(topics.filter((one) => one.deleted_by === null || (one.deleted_by !== "moved" && (one.replies?.count ?? 0) > 0)));

export const isOpen = (topic: Message): boolean => topic.deleted_by === null && !topic.solved && !topic.answer;

function set(room: string, state: Fetched<Topics>): void {
  forums.value = new Map(forums.value).set(room, state);
}

export function dropTopics(room: string): void {
  const next = new Map(forums.value);
  if (next.delete(room)) forums.value = next;
}

onShown.add(dropTopics);

/** The first page, unless it is here. */
export async function loadTopics(room: string): Promise<void> {
  const held = forums.peek().get(room);
  if (held && held.state !== "failed") return;
  set(room, { state: "loading" });
  try {
    const page = await fetched(room, undefined);
    set(room, { state: "ready", ...page });
  } catch (error) {
    set(room, { state: "failed", error });
  }
}

/** The page after those that are here. */
export async function moreTopics(room: string): Promise<void> {
  const held = forums.peek().get(room);
  if (held?.state !== "ready" || held.next === null) return;
  const page = await fetched(room, held.next);
  const now = forums.peek().get(room);
  if (now?.state !== "ready") return;
  // What became lively meanwhile stands in both; what is here has been folded further.
  const known = new Set(now.topics.map((one) => one.id));
  set(room, { state: "ready", topics: [...now.topics, ...page.topics.filter((one) => !known.has(one.id))], next: page.next });
}

async function fetched(room: string, after: string | undefined): Promise<Topics> {
  const fields = { room, limit: PAGE, ...(after === undefined ? {} : { after }) };
  const [page, events] = await collecting(room, async () => (await ask("topics.list", fields)).result);
  learn(page.people);
  changeSnapshot(room, (snapshot) => ({ ...snapshot, threads: { ...page.threads, ...snapshot.threads } }));
  return { topics: events.reduce(foldList, page.topics as readonly Message[]), next: page.next };
}

/** One event of the room. Pure; the same list when nothing in it changed. */
export function foldList(topics: readonly Message[], event: StreamEvent): readonly Message[] {
  if (event.kind === "message.posted" && event.data.thread === undefined) {
    if (topics.some((one) => one.id === event.data.id)) return topics;
    return [posted(event, event.stream), ...topics];
  }
  if (event.kind === "room.trimmed") return topics.filter((one) => one.no >= event.data.first_no);
  let touched = false;
  const next = topics.map((one) => {
    const after = foldMessage(one, event);
    touched ||= after !== one;
    return after;
  });
  return touched ? next : topics;
}

/** A topic as it was asked for. */
export function putTopic(room: string, found: Message): void {
  const held = forums.peek().get(room);
  if (held?.state === "ready") set(room, { ...held, topics: put(held.topics, found) });
}

export function foldTopics(event: StreamEvent): void {
  const held = forums.peek().get(event.stream);
  if (held?.state !== "ready") return;
  const topics = foldList(held.topics, event);
  if (topics !== held.topics) set(event.stream, { ...held, topics });
}
