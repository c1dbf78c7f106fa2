/// What we watch: one subscribe frame names every cursor we hold; the answers say which still serve.

import { ApiError, MOMENTARY } from "../net/error";
import type { CursorIn, StreamState } from "../wire/frames";
import { ask } from "./ask";
import { cursors } from "./receive";
import { entries, focus, peekRoom } from "./state";

/** One frame may name so many (protocol/limits.py: CURSORS). */
const AT_ONCE = 400;

/** The cursor of one stream, as it should be watched now; undefined when it should not. */
export function wanted(stream: string): CursorIn | undefined {
  const other = cursors.get(stream);
  if (other) return { stream, epoch: other.epoch, after_seq: other.seq, mode: "full" };
  const entry = entries.peek().get(stream);
  const room = peekRoom(stream);
  if (focus.peek() === stream && room) {
    const { epoch, seq } = room.snapshot.cursor;
    // The line in the list may stand further back (mentions are counted there): take both along.
    const both = entry && entry.me.state === "member" && entry.cursor.epoch === epoch ? Math.min(seq, entry.cursor.seq) : seq;
    return { stream, epoch, after_seq: both, mode: "full" };
  }
  if (entry?.me.state !== "member") return undefined;
  return { stream, epoch: entry.cursor.epoch, after_seq: entry.cursor.seq, mode: "summary" };
}

/** Every stream there is to watch. */
export function allStreams(): string[] {
  const rooms = [...entries.peek().keys()];
  const front = focus.peek();
  // Answers are watched besides what their right hangs on: they come last.
  const all = [...(front ? [front] : []), ...cursors.keys(), ...rooms];
  const last = (stream: string) => Number(stream.startsWith("tm_"));
  return [...new Set(all)].toSorted((a, b) => last(a) - last(b));
}

/** What is to be done about cursors that no longer serve; client.ts says. */
export const outcomes = {
  /** The cursor cannot be served: take a snapshot. */
  reset: (_stream: string): void => undefined,
  refused: (_stream: string, _why: string): void => undefined,
};

/**
 * Watch these (all by default). Ends quietly when the line breaks: the next connection asks again.
 * True when a room in the background has moved on since we last heard of it.
 */
export async function watch(streams: readonly string[] = allStreams()): Promise<boolean> {
  let moved = false;
  const list = streams.map(wanted).filter((one) => one !== undefined);
  for (let i = 0; i < list.length; i += AT_ONCE) {
    let states: StreamState[];
    try {
      const answer = await ask("subscribe", { cursors: list.slice(i, i + AT_ONCE) }, { again: false, patience: 30_000 });
      states = answer.result.streams ?? [];
    } catch (error) {
      if (!(error instanceof ApiError) || !MOMENTARY.has(error.code)) return moved;
      // Nothing would ask again: the line holds, and what is not watched is not heard.
      await new Promise((done) => setTimeout(done, (error.retryAfter ?? 2) * 1000));
      return (await watch(list.slice(i).map((one) => one.stream))) || moved;
    }
    const stood = new Map(list.map((one) => [one.stream, one]));
    for (const one of states) {
      if (one.state === "reset") outcomes.reset(one.stream);
      // Who was too slow for it is told to catch up, and then asks again.
      if (one.state === "refused" && !MOMENTARY.has(one.why ?? "")) outcomes.refused(one.stream, one.why ?? "not_found");
      const cursor = stood.get(one.stream);
      moved ||= cursor?.mode === "summary" && (one.seq ?? 0) > (cursor.after_seq ?? 0);
    }
  }
  return moved;
}
