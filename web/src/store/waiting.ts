/// One's own posts that wait for facilitators: what the overview said, and one's own stream since. Pure.

import type { StreamEvent } from "../wire/frames";
import type { HeldPost } from "../wire/views";

type Of<K extends StreamEvent["kind"]> = Extract<StreamEvent, { kind: K }>;

export function heldOf({ data, at }: Of<"post.held">): HeldPost {
  return {
    id: data.id,
    room: data.room,
    author: data.author,
    body: data.body ?? "",
    at,
    thread: data.thread ?? null,
    quote: data.quote ?? null,
    message: data.message ?? null,
    client_id: data.client_id ?? null,
    title: data.title ?? null,
    why: data.why ?? "",
    rule: data.rule ?? "",
    matched: data.matched ?? "",
    state: "waiting",
    reason: "",
  };
}

/** What waits after an event of one's own stream; a declined one is told, without its text. */
export function foldWaiting(waiting: readonly HeldPost[], event: StreamEvent): readonly HeldPost[] {
  switch (event.kind) {
    case "post.held":
      return [...waiting.filter((one) => one.id !== event.data.id), heldOf(event)];
    case "post.changed":
      return waiting.map((one) => (one.id === event.data.id ? { ...one, body: event.data.body ?? "", title: event.data.title ?? null } : one));
    case "post.settled": {
      const { id, how, reason = "" } = event.data;
      if (how !== "declined") return waiting.filter((one) => one.id !== id);
      return waiting.map((one) => (one.id === id ? { ...one, body: "", title: null, state: "declined", reason } : one));
    }
    default:
      return waiting;
  }
}
