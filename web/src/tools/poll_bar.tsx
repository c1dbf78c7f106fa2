/// Above the composer while a poll waits for the reader's vote; whoever is here closes one whose time is over.

import { useEffect } from "preact/hooks";
import { ApiError } from "../net/error";
import { useRoom } from "../room/context";
import { href } from "../router";
import { ask } from "../store/ask";
import type { OpenRoom } from "../store/state";
import { Icon } from "../ui";
import { isOver, NO_POLLS, running, type PollMark, type Polls } from "./poll";
import { toolState, useNow } from "./use";

/** The polls without names in which the reader has voted. */
export const markOf = (open: OpenRoom): readonly number[] => ((open.snapshot.marks["poll"] ?? {}) as PollMark).voted ?? [];

export function PollBar({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const state = toolState<Polls>(open, "poll", NO_POLLS);
  const now = useNow(state.polls.some((one) => !one.closed && one.until !== null));
  const lapsed = state.polls.find((one) => !one.closed && isOver(one, now));
  useEffect(() => {
    if (!lapsed || !room.may.reply) return undefined;
    // Not everybody at the same moment: whoever comes first has done it for all.
    const timer = setTimeout(() => {
      ask("tool.use", { room: room.room.id, tool: "poll", action: { do: "close", id: lapsed.id } }).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      });
    }, Math.random() * 4_000);
    return () => clearTimeout(timer);
  }, [lapsed?.id, room.may.reply]);
  const waiting = running(state, now).findLast((one) => one.question !== null && !(room.me in one.votes) && !markOf(open).includes(one.id));
  if (!waiting || !room.may.reply) return null;
  return (
    <div class="tool-bar">
      <p role="status">
        <Icon name="poll" size={16} /> <a href={href("r", room.room.id, "poll")}>{waiting.question}</a>
      </p>
    </div>
  );
}
