/// Parts of views: what a room has switched on, units of books, tools, pairs, topics, what was found (protocol/parts.py).
/// Types only.

import type { Cursor, Message, Person, Room, ThreadState } from "./views";

export interface RoomOptions {
  tools: string[];
  coordinator: string | null;
  answer_first: boolean;
  hide_text?: boolean;
}

/** Of a topic whose answers stand in the stream `t` + its id. */
export type Answers = "kept" | "shown";

/** The topics of a forum, the liveliest first. */
export interface TopicsPage {
  cursor: Cursor;
  topics: Message[];
  threads: Record<string, ThreadState>;
  people: Person[];
  next: string | null;
}

/** Both counted from 1. */
export interface Unit {
  book: number;
  no: number;
}

/** A tool's state after the event `rev`; its form is the tool's own (src/tools/). */
export interface Tool {
  tool: string;
  instance: string;
  rev: number;
  state: unknown;
}

export interface Pair {
  room: string;
  people: string[];
  spoke_at: string | null;
  archived: boolean;
}

export interface PairListing {
  pairs: Pair[];
  people: Person[];
}

/** A person or room that one muted, or a person one blocked. */
export interface Quiet {
  what: "person" | "block" | "room";
  id: string;
  /** Of a muted room: what mentions oneself still stands out. */
  mentions: boolean;
  at: string;
}

export interface FoundMessage {
  message: string;
  room: string;
  thread: string | null;
  /** In the room, or in its thread. */
  no: number;
  author: string;
  at: string;
  excerpt: string;
  /** Beginnings and ends in `excerpt`, in code points. */
  marks: [number, number][];
  mentions: string[];
  /** The chapter it speaks of, where one has not got so far. */
  ahead: string;
}

export interface Found {
  results: FoundMessage[];
  people: Person[];
  rooms: Room[];
  next: string | null;
  /** False where there was nothing to look for. */
  asked: boolean;
}
