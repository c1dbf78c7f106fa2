/// The window onto a timeline: pages joined to it on either side, and kept to a bounded size. Pure.

import type { Message, Page, Person } from "../wire/views";

/** Messages held (and drawn) at once; the far end is let go beyond it. */
export const WINDOW = 240;

/** `older` before what is held. What falls off the far end can be fetched again. */
export function joinBefore(page: Page, older: Page, limit = WINDOW): Page {
  const first = page.messages[0]?.no ?? Number.POSITIVE_INFINITY;
  const all = [...older.messages.filter((one) => one.no < first), ...page.messages];
  const messages = all.slice(0, limit);
  return {
    messages,
    people: union(page.people, older.people),
    quoted: union(page.quoted, older.quoted),
    more_before: older.more_before,
    more_after: page.more_after || messages.length < all.length,
  };
}

/** `newer` after what is held. */
export function joinAfter(page: Page, newer: Page, limit = WINDOW): Page {
  const last = page.messages.at(-1)?.no ?? 0;
  const all = [...page.messages, ...newer.messages.filter((one) => one.no > last)];
  const messages = all.slice(-limit);
  return {
    messages,
    people: union(page.people, newer.people),
    quoted: union(page.quoted, newer.quoted),
    more_before: page.more_before || messages.length < all.length,
    more_after: newer.more_after,
  };
}

/**
 * New messages at the head push out old ones, but not those from `from` on, which are being read or are still to be read:
 * then the head is let go, and fetched when one gets there.
 */
export function keep(page: Page, from: number, limit = WINDOW): Page {
  const { messages } = page;
  if (messages.length <= limit) return page;
  const newest = messages.slice(-limit);
  if (from >= (newest[0]?.no ?? 0)) return { ...page, messages: newest, more_before: true };
  const start = Math.max(0, Math.min(messages.findIndex((one) => one.no >= from) - limit / 4, messages.length - limit));
  return { ...page, messages: messages.slice(start, start + limit), more_before: page.more_before || start > 0, more_after: true };
}

type Known = Message | Person;

/** Both, each once; the fresh one where both have it. */
export function union<T extends Known>(old: T[], fresh: T[]): T[] {
  const ids = new Set(fresh.map((one) => one.id));
  return [...old.filter((one) => !ids.has(one.id)), ...fresh];
}
