/// Where the composer stands, or why it does not: muted, or the room locked, until when and because of what.

import type { ComponentProps } from "preact";
import { useEffect, useState } from "preact/hooks";
import { clockOf } from "../account/when";
import { Composer } from "../room/composer";
import { useRoom } from "../room/context";
import { boundIn, given, passed, wakeAt, type Bound } from "../store/given";
import { openRooms, openThread } from "../store/state";
import { t } from "../texts";
import type { Sanction } from "../wire/sanctions";
import type { Message } from "../wire/views";
import { AppealButton, AppealState } from "./notices";
import { untilWhen } from "./when";

export function Writing(props: ComponentProps<typeof Composer>) {
  const { room, may, me } = useRoom();
  void passed.value;
  const bound = boundIn(room, may.facilitate, given.value, Date.now());
  const until = bound?.until ?? null;
  useEffect(() => {
    if (until) wakeAt(Date.parse(until));
  }, [until]);
  if (bound) return <BoundNotice bound={bound} />;
  const paced = (room.slow_mode ?? 0) > 0 && !may.facilitate;
  if (!paced) return <Composer {...props} />;
  return (
    <>
      <Pace room={room.id} seconds={room.slow_mode} me={me} />
      <Composer {...props} />
    </>
  );
}

function BoundNotice({ bound }: { bound: Bound }) {
  const until = bound.until ? untilWhen(bound.until, Date.now()) : "";
  const reason = bound.why === "muted" ? bound.sanction.reason : bound.reason;
  const words = bound.why === "muted" ? "bound.muted" : bound.until ? "bound.locked" : "bound.locked.open";
  return (
    <div class="doorstep bound" role="status" data-bound={bound.why}>
      <p>
        {t(words, { until })} {reason && t("bound.reason", { reason })}
      </p>
      {bound.why === "muted" && !bound.sanction.appeal && <p class="notice-small">{t(appealWords(bound.sanction))}</p>}
      {bound.why === "muted" && <AppealState sanction={bound.sanction} />}
      {bound.why === "muted" && <AppealButton sanction={bound.sanction} />}
    </div>
  );
}

/** How to be heard again; of what a rule did, that nobody has looked at it yet. */
const appealWords = ({ by }: Sanction) => (by === "rule" ? "bound.appeal.rule" : "bound.appeal");

/** How long until one may post again; says nothing while one may. */
function Pace({ room, seconds, me }: { room: string; seconds: number; me: string }) {
  const [now, setNow] = useState(Date.now());
  const left = lastOwn(room, me) + seconds * 1000 - now;
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), 1000 - (Date.now() % 1000));
    return () => clearTimeout(timer);
  }, [left, now]);
  const posted = lastOwn(room, me);
  useEffect(() => setNow(Date.now()), [posted]);
  if (left <= 0) return null;
  return <p class="pace">{t("bound.slow", { time: clockOf(left / 1000) })}</p>;
}

function lastOwn(room: string, me: string): number {
  const open = openRooms.value.get(room);
  const thread = openThread.value;
  const lists: Message[][] = [
    open?.state === "ready" ? open.snapshot.page.messages : [],
    thread?.state === "ready" && thread.room === room ? thread.snapshot.page.messages : [],
  ];
  const own = lists.flat().filter((one) => one.author === me);
  return Math.max(0, ...own.map((one) => Date.parse(one.at)));
}
