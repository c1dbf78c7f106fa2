/// What one event does to one message. Pure, and idempotent by `rev`: older events change nothing.
/// Knows no room and no thread; both folds use it for every copy of a message they hold.

import type { Message } from "../wire/views";
import type { StreamEvent } from "../wire/frames";

type Posted = Extract<StreamEvent, { kind: "message.posted" }>;

/** The message that a `message.posted` event makes. */
export function posted(event: Posted, room: string): Message {
  const { id, author, body, thread, quote, mentions, client_id, first_at, unit, title, kept, blocks } = event.data;
  return {
    id,
    room,
    no: event.no ?? 0,
    thread: thread ?? null,
    author,
    body,
    at: event.at,
    rev: event.seq,
    mentions: mentions ?? [],
    quote: quote ?? null,
    edited_at: null,
    deleted_by: null,
    pinned: false,
    reactions: {},
    replies: null,
    client_id: client_id ?? null,
    ...(first_at === undefined ? {} : { first_at }),
    unit: unit ?? null,
    ...(title === undefined ? {} : { title }),
    ...(kept ? { answers: "kept" as const } : {}),
    ...(blocks ? { blocks } : {}),
  };
}

/** The message after `event`; the same object when the event is older or about something else. */
export function foldMessage(message: Message, event: StreamEvent): Message {
  if (event.kind === "thread.moved") return event.data.id === message.id ? stubOf(message, event.data.stub, event.seq) : message;
  const replies = foldReplies(message, event);
  if (replies !== message.replies) return { ...message, replies };
  if (!("id" in event.data) || event.data.id !== message.id || event.seq <= message.rev) return message;
  const change = changed(message, event);
  return change ? { ...message, ...change, rev: event.seq } : message;
}

/** What is left of a message that moved away: its number, its author, its time. */
function stubOf(message: Message, stub: string, seq: number): Message {
  const { room, no, author, at } = message;
  return {
    id: stub, room, no, thread: null, author, body: null, at, rev: seq, mentions: [], quote: null, edited_at: null,
    deleted_by: "moved", pinned: false, reactions: {}, replies: null, client_id: null,
    unit: null, moved: message.id,
  };
}

function changed(message: Message, event: StreamEvent): Partial<Message> | undefined {
  switch (event.kind) {
    case "message.edited":
      // What it says is asked for (rewritten.ts): until then it stands as it was.
      if (event.data.ask) return undefined;
      return {
        body: event.data.body,
        ...(message.blocks || event.data.blocks ? { blocks: event.data.blocks } : {}),
        mentions: event.data.mentions ?? [],
        edited_at: event.at,
        ...(event.data.unit === undefined ? {} : { unit: event.data.unit }),
        ...(event.data.title === undefined ? {} : { title: event.data.title }),
      };
    case "message.deleted":
      return {
        body: null,
        ...(message.blocks ? { blocks: undefined } : {}),
        deleted_by: event.data.by,
        mentions: [],
        quote: null,
        reactions: {},
        pinned: false,
        edited_at: null,
        unit: null,
        ...(message.title ? { title: undefined, solved: undefined, answer: undefined } : {}),
      };
    case "topic.marked":
      return { solved: event.data.solved || undefined, answer: event.data.answer, answers: event.data.answers };
    case "message.pinned":
      return { pinned: true };
    case "message.unpinned":
      return { pinned: false };
    case "reaction.added":
      return { reactions: withReaction(message.reactions, event.data.emoji, event.data.person) };
    case "reaction.removed":
      return { reactions: withoutReaction(message.reactions, event.data.emoji, event.data.person) };
    default:
      return undefined;
  }
}

type Reactions = Message["reactions"];

function withReaction(all: Reactions, emoji: string, person: string): Reactions {
  const people = all[emoji] ?? [];
  return people.includes(person) ? all : { ...all, [emoji]: [...people, person] };
}

function withoutReaction(all: Reactions, emoji: string, person: string): Reactions {
  const people = (all[emoji] ?? []).filter((one) => one !== person);
  const { [emoji]: _gone, ...rest } = all;
  return people.length ? Object.fromEntries(Object.entries(all).map(([k, v]) => [k, k === emoji ? people : v])) : rest;
}

/** Replies do not move the root's `rev`: their summary has its own. */
function foldReplies(root: Message, event: StreamEvent): Message["replies"] {
  const old = root.replies;
  if (old && event.seq <= old.rev) return old;
  if (event.kind === "message.posted" && event.data.thread === root.id) {
    const people = old?.people ?? [];
    const known = people.length >= 3 || people.includes(event.data.author);
    return {
      count: (old?.count ?? 0) + 1,
      last_no: event.no ?? 0,
      last_at: event.at,
      people: known ? people : [...people, event.data.author],
      rev: event.seq,
    };
  }
  if (event.kind === "message.deleted" && event.data.thread === root.id && old) {
    return { ...old, count: Math.max(0, old.count - 1), rev: event.seq };
  }
  if (event.kind === "thread.counted" && event.data.id === root.id) return counted(old, event);
  return old;
}

/** Answers that are kept back: how many, and when the last came. */
function counted(old: Message["replies"], { data, at, seq }: Extract<StreamEvent, { kind: "thread.counted" }>): Message["replies"] {
  return {
    count: Math.max(0, (old?.count ?? 0) + data.change),
    last_no: data.last_no ?? old?.last_no ?? 0,
    last_at: data.last_no === undefined ? (old?.last_at ?? at) : at,
    people: [],
    rev: seq,
  };
}
