/// Where the reader stands in a room: one line of the room list, folded, and what its badge says.
/// The only place where unread and mentions are computed. Pure.

import type { ReadFrame, ReadResult, StreamEvent, StreamSummary } from "../wire/frames";
import type { Membership, RoomEntry } from "../wire/views";
import { withoutTrimmed } from "./fold";

export interface Unread {
  /** Messages after the last one read; with "mark unread from here" at least those from there on. */
  count: number;
  /** Unread messages that mention the reader. */
  mentions: number;
  /** Where the "new since" line stands: the first unread number, or null when all is read. */
  first: number | null;
}

/** What is unread. A non-member, and somebody only invited, has nothing unread. */
export function unreadOf(entry: Pick<RoomEntry, "me" | "head_no" | "mentions">): Unread {
  const { me, head_no } = entry;
  if (me.state !== "member") return { count: 0, mentions: 0, first: null };
  const from = me.unread_from ?? Number.POSITIVE_INFINITY;
  const first = Math.max(Math.min(me.read_no + 1, from), me.visible_from_no, 1);
  const count = Math.max(0, head_no - first + 1);
  return count === 0 ? { count: 0, mentions: 0, first: null } : { count, mentions: entry.mentions, first };
}

/** What stands on the screen: message numbers from the first to the last, and whether the talk ends there. */
export interface Sight {
  from: number;
  to: number;
  foot: boolean;
}

/**
 * How far one has read who sees this, `first` being the first unread number; null: no further than before. Who was led past
 * what is unread has not read it. Who went down to the foot is done with it.
 */
export function readTo(first: number | null, { from, to, foot }: Sight): number | null {
  if (first === null || to < first) return null;
  return foot || from <= first ? to : null;
}

/** Does this mention the viewer? `room` means everybody, `facilitators` those who are. */
export function mentionsMe(mentions: readonly string[], viewer: string, me: Pick<Membership, "role">): boolean {
  return mentions.some(
    (one) => one === viewer || one === "room" || (one === "facilitators" && me.role === "facilitator"),
  );
}

/** The line of the room list after an event of the room's stream. Older events change nothing. */
export function foldEntry(entry: RoomEntry, event: StreamEvent, viewer: string): RoomEntry {
  if (event.stream !== entry.cursor.stream || event.seq <= entry.cursor.seq) return entry;
  const next = { ...entry, cursor: { ...entry.cursor, seq: event.seq } };
  switch (event.kind) {
    case "message.posted": {
      if (event.data.thread !== undefined) return next;
      const no = event.no ?? 0;
      next.head_no = Math.max(entry.head_no, no);
      next.last_at = event.at;
      if (event.data.author === viewer) {
        // Let in later than it was written: its author has read nothing by that.
        if (event.data.late) return next;
        next.me = { ...entry.me, read_no: Math.max(entry.me.read_no, no) };
        next.mentions = 0;
      } else if (mentionsMe(event.data.mentions ?? [], viewer, entry.me)) next.mentions = entry.mentions + 1;
      return next;
    }
    case "member.role":
      return event.data.person === viewer ? { ...next, me: { ...entry.me, role: event.data.role } } : next;
    case "member.joined":
      return { ...next, room: { ...entry.room, member_count: entry.room.member_count + 1 } };
    case "member.left":
      return { ...next, room: { ...entry.room, member_count: Math.max(0, entry.room.member_count - 1) } };
    case "room.trimmed":
      return { ...next, me: withoutTrimmed(entry.me, event.data.first_no) };
    case "room.opened":
    case "room.changed":
      return { ...next, room: event.data.room };
    default:
      return next;
  }
}

/** The line after a summary of a room in the background. */
export function foldSummary(entry: RoomEntry, summary: StreamSummary, at: string): RoomEntry {
  if (summary.seq <= entry.cursor.seq) return entry;
  return {
    ...entry,
    head_no: Math.max(entry.head_no, summary.no),
    last_at: summary.no > entry.head_no ? at : entry.last_at,
    mentions: entry.mentions + (summary.mentioned ?? 0),
    cursor: { ...entry.cursor, seq: summary.seq },
  };
}

/** The position as the server says it: the answer to one's own marking, or another device's. */
export function withPosition<T extends Pick<RoomEntry, "me" | "mentions">>(entry: T, at: ReadFrame | ReadResult): T {
  const read_no = Math.max(entry.me.read_no, at.read_no);
  return { ...entry, me: { ...entry.me, read_no, unread_from: at.unread_from }, mentions: at.mentions };
}
