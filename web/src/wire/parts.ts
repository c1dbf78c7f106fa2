/// Parts of views: what a room has switched on, units of books, tools, pairs (protocol/parts.py).
/// Types only.

import type { Person } from "./views";

export interface RoomOptions {
  tools: string[];
  coordinator: string | null;
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
