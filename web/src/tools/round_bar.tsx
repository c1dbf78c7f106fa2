/// Above the composer, or in its place, while a round goes: whose turn it is, for how long, what one can do about it.

import { useEffect } from "preact/hooks";
import { ApiError } from "../net/error";
import { useRoom, type RoomContext } from "../room/context";
import { href } from "../router";
import { ask } from "../store/ask";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button, Icon } from "../ui";
import { floor, NO_ROUND, type Going, type Round } from "./round";
import { toolState, useNow, useTool } from "./use";

export const whose = (has: string | null, room: RoomContext): string =>
  has === null ? t("round.over") : has === room.me ? t("round.floor.you") : t("round.floor", { name: room.name(has) });

export function Left({ going, now }: { going: Going; now: number }) {
  if (going.until === null) return null;
  const seconds = Math.max(0, Math.ceil((going.until / 1000 - now) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return <p class="round-time" aria-live="off">{seconds > 0 ? t("round.left", { time }) : t("round.over")}</p>;
}

/** What one can do about the turn: one's own, and for facilitators anybody's. */
export function Moves({ going, has, room }: { going: Going; has: string | null; room: RoomContext }) {
  const mine = has === room.me;
  const first = going.waiting[0];
  const use = (action: { do: string } & Record<string, unknown>) => void useTool(room.room.id, "round", action);
  return (
    <>
      {(mine || room.may.facilitate) && first && (
        <Button kind="primary" onClick={() => use({ do: "next", person: mine ? room.me : first })}>
          {t(mine ? "round.done" : "round.next")}
        </Button>
      )}
      {going.waiting.includes(room.me) && <Button onClick={() => use({ do: "pass" })}>{t("round.pass")}</Button>}
    </>
  );
}

export function RoundBar({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const { going } = toolState<Round>(open, "round", NO_ROUND);
  const now = useNow(typeof going?.until === "number");
  const has = floor({ going }, now);
  useLapse(going, has, room);
  if (!going) return null;
  const ahead = going.waiting.indexOf(room.me) - going.waiting.indexOf(has ?? "") - 1;
  return (
    <div class={has === room.me ? "tool-bar tool-bar-mine" : "tool-bar"}>
      <p role="status">
        <Icon name="round" size={16} /> <a href={href("r", room.room.id, "round")}>{whose(has, room)}</a>{" "}
        {going.waiting.includes(room.me) && has !== room.me && t("round.ahead", { count: Math.max(0, ahead) })}
      </p>
      <Left going={going} now={now} />
      <Moves going={going} has={has} room={room} />
    </div>
  );
}

/** A turn's time is over: those whom it concerns have it recorded; the first who asks does. */
function useLapse(going: Going | null, has: string | null, room: RoomContext): void {
  const first = going?.waiting[0];
  const over = first !== undefined && has !== first && (has === room.me || has === null || room.may.facilitate);
  useEffect(() => {
    if (!over) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      ask("tool.use", { room: room.room.id, tool: "round", action: { do: "lapse", person: first } }).catch((error: unknown) => {
        // Our clock is ahead of the server's.
        if (error instanceof ApiError && error.code === "too_early") timer = setTimeout(tell, (error.retryAfter ?? 1) * 1000);
      });
    };
    tell();
    return () => clearTimeout(timer);
  }, [over, first]);
}
