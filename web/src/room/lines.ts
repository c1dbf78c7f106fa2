/// The timeline as lines to draw: days, the "new" line, messages and posts on their way. Pure.

import type { Outgoing } from "../net/outbox";
import type { HeldPost, Message } from "../wire/views";

export type Line =
  | { kind: "day"; key: string; at: number }
  | { kind: "new"; key: string }
  /** `head`: with name and time; what the same person says next goes without. */
  | { kind: "message"; key: string; message: Message; head: boolean }
  | { kind: "post"; key: string; post: Outgoing; head: boolean }
  /** One's own, which waits for facilitators. */
  | { kind: "held"; key: string; held: HeldPost; head: boolean };

/** Milliseconds within which one person's messages stand together. */
const TOGETHER = 6 * 60_000;

export interface Given {
  messages: readonly Message[];
  newFrom: number | null;
  /** There are messages before these: where the line belongs among them, it is not drawn here. */
  moreBefore?: boolean;
  /** One's own posts that are not among the messages; at the end. */
  posts: readonly Outgoing[];
  /** One's own that wait for facilitators; before those on their way. */
  held?: readonly HeldPost[];
  me: string;
  /** Start of the local day of a time; both in milliseconds since 1970. */
  dayOf: (at: number) => number;
}

export function lines({ messages, newFrom, moreBefore = false, posts, held = [], me, dayOf }: Given): Line[] {
  const out: Line[] = [];
  let day = Number.NaN;
  let before: { author: string; at: number } | null = null;
  let marked = moreBefore && newFrom !== null && (messages[0]?.no ?? newFrom) > newFrom;
  for (const message of messages) {
    const at = Date.parse(message.at);
    if (dayOf(at) !== day) {
      day = dayOf(at);
      out.push({ kind: "day", key: `day ${day}`, at });
      before = null;
    }
    if (!marked && newFrom !== null && message.no >= newFrom) {
      marked = true;
      if (message.author !== me || message.no > newFrom) {
        out.push({ kind: "new", key: "new" });
        before = null;
      }
    }
    const head = !before || before.author !== message.author || at - before.at > TOGETHER || message.quote !== null;
    out.push({ kind: "message", key: message.id, message, head });
    before = { author: message.author, at };
  }
  for (const one of held) {
    out.push({ kind: "held", key: one.id, held: one, head: before?.author !== me || one.quote !== null });
    before = { author: me, at: Date.parse(one.at) };
  }
  const arrived = new Set(messages.filter((one) => one.author === me).map((one) => one.client_id));
  for (const post of posts) {
    if (arrived.has(post.client_id)) continue;
    const head = before?.author !== me || post.quote !== null;
    out.push({ kind: "post", key: post.client_id, post, head });
    before = { author: me, at: post.at };
  }
  return out;
}

/** The start of the day of `at` where this browser stands. */
export function localDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
