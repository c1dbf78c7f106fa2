/// What waits for those who run the community: the TypeScript face of protocol/desk.py. Types only.

import type { Moderation, Person, Report } from "./views";

/** A live room that nobody looks after; `members` are some of those who could be named. */
export interface UnledRoom {
  id: string;
  name: string;
  access: string;
  member_count: number;
  members: string[];
}

export interface AdminSnapshot {
  reports: Report[];
  moderation: Moderation;
  rooms: Record<string, string>;
  people: Person[];
  unled: UnledRoom[];
  /** How many who are suspended wait for an answer. */
  appeals: number;
  /** Why the file was not written anew after deletions; empty where nothing is in the way. */
  compact: "" | "too_large" | "no_space";
}
