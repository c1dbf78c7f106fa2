/// What is to come: protocol/planned.py. Types only.

import type { Unit } from "./parts";

export interface When {
  /** A local time to the minute, 2026-12-03T16:00. */
  start: string;
  zone: string;
  /** RFC 5545; empty for what comes once. */
  rule: string;
  /** Days on which it does not come. */
  skip: readonly string[];
}

export interface Understood {
  when: When;
  said: string;
  next: readonly string[];
  body: string;
  whom: "room" | "me" | null;
}

export interface Planned {
  id: string;
  what: "reminder" | "post";
  owner: string;
  room: string | null;
  thread: string | null;
  message: string | null;
  quote: string | null;
  by: string;
  /** Null where whoever wrote it has deleted their account. */
  body: string | null;
  when: When;
  said: string;
  next: readonly string[];
  paused: boolean;
  /** One's own: the time for which it came, until one has seen it. */
  rung: string | null;
  /** Of a post that could not be posted: the code that says why. */
  why: string | null;
  /** Of a post: the chapter it will speak of. */
  unit: Unit | null;
}

/** What both ways of saying when share: words, or a rule. */
export interface Timing {
  words?: string;
  when?: When;
  zone?: string;
}

export interface SetAnswer {
  planned: string;
  said: string;
  next: string[];
}
