/// A room: its head, the talk, the composer, and the margin on the right when something is open there.
/// Places: #/r/{room}, /{no}, /t/{thread}, /t/{thread}/{no}, /people, /pins, /reminders, /desk, /desk/{tab}, and its tools by name.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";
import { WhisperDialog } from "../bots/whispers";
import { BotsPanel, DeskScreen, Forum, PeoplePanel, PinsPanel, RemindersPanel } from "../parts";
import { href } from "../router";
import { given, passed } from "../store/given";
import { roomName } from "../store/names";
import { openRoom, retryRoom, watchDesk } from "../store/rooms";
import { entries, home, openRooms, people, quiets, type Home, type OpenRoom } from "../store/state";
import { ApiError } from "../net/error";
import { t } from "../texts";
import { toolPanel, ToolBars } from "../tools";
import { ButtonLink, FailedState, Loading, useTitle } from "../ui";
import { kindOf } from "../rooms/kinds";
import { Writing } from "../sanctions/bound";
import { RoomProvider, roomContext } from "./context";
import { useDoing } from "./doing";
import { Doorstep, Outside } from "./doorstep";
import { Head } from "./head";
import { useTurn } from "../tools/turn";
import { editing } from "./state";
import { ThreadPanel } from "./thread";
import { Timeline } from "./timeline";
import { Typists } from "./typists";

interface ScreenProps {
  room: string;
  /** The place's segments after the room's id. */
  rest: string[];
}

export function RoomScreen({ room, rest }: ScreenProps) {
  const target = rest.length === 1 && /^\d+$/.test(rest[0] ?? "") ? Number(rest[0]) : null;
  const here = home.value;
  // Before anything is painted: a room that is held begins at what is new, not where it was left.
  useLayoutEffect(() => {
    if (here.state === "ready") openRoom(room, target);
  }, [room, target, here.state]);
  const open = openRooms.value.get(room);
  if (here.state === "failed") return null;
  if (here.state === "loading" || !open || open.state === "loading") return <Opening />;
  const entry = entries.value.get(room);
  if (open.state === "failed" && entry && entry.me.state !== "member") return <Outside entry={entry} />;
  if (open.state === "failed") return <Closed error={open.error} retry={() => void retryRoom(room, target)} />;
  return <Inside open={open} here={here} rest={rest} target={target} />;
}

function Opening() {
  return (
    <main class="room">
      <h1 class="visually-hidden">{t("room.loading")}</h1>
      <Loading label={t("room.loading")} />
    </main>
  );
}

function Closed({ error, retry }: { error: unknown; retry: () => void }) {
  const outside = error instanceof ApiError && ["not_a_member", "not_invited"].includes(error.code);
  return (
    <main class="room">
      <FailedState error={error} retry={retry} level={1} />
      {outside && <ButtonLink href={href("rooms")}>{t("rooms.browse")}</ButtonLink>}
    </main>
  );
}

function Inside({ open, here, rest, target }: { open: OpenRoom; here: Home; rest: string[]; target: number | null }) {
  const { snapshot } = open;
  const known = people.value;
  const turn = useTurn(open);
  const room = useMemo(
    () => roomContext(open, here, known),
    [snapshot.room, snapshot.me, snapshot.members, here.me, here.community, known, quiets.value, given.value, passed.value, snapshot.tools, snapshot.marks, turn],
  );
  const name = roomName(snapshot.room, known, here.me.id);
  useTitle(name);
  const { onDo, opened } = useDoing(room, null);
  useEffect(() => watchDesk(snapshot.room.id), [snapshot.room.id, room.may.facilitate]);
  if (rest[0] === "desk") return <RoomProvider value={room}><DeskScreen open={open} name={name} part={rest[1] ?? ""} /></RoomProvider>;
  const topics = kindOf(snapshot.room.kind).topics ?? false;
  const margin = topics && rest[0] === "t" ? null : marginOf(rest, open);
  const editLast = () => {
    const last = snapshot.page.messages.findLast((one) => one.author === here.me.id && one.body !== null);
    if (last && room.may.reply) editing.value = last.id;
  };
  return (
    <RoomProvider value={room}>
      <div class={margin ? "room-columns room-with-margin" : "room-columns"}>
        <main class="room">
          <Head open={open} name={name} />
          {topics ? <Forum open={open} room={room} name={name} rest={rest} target={target} /> : <Timeline open={open} room={room} target={target} onDo={onDo} name={name} />}
          {!topics && <Typists room={snapshot.room.id} thread={null} />}
          <ToolBars open={open} />
          {topics ? null : room.may.post ? (
            <Writing key={snapshot.room.id} thread={null} label={t("composer.label", { name })} onSent={() => undefined} onEditLast={editLast} />
          ) : (
            <Doorstep open={open} />
          )}
          {opened}
          <WhisperDialog />
        </main>
        {margin}
      </div>
    </RoomProvider>
  );
}

function marginOf(rest: string[], open: OpenRoom): ComponentChildren {
  const id = open.snapshot.room.id;
  switch (rest[0]) {
    case "t":
      return rest[1] ? <ThreadPanel key={rest[1]} room={id} root={rest[1]} target={Number(rest[2] ?? 0)} /> : null;
    case "people":
      return <PeoplePanel open={open} />;
    case "reminders":
      return <RemindersPanel open={open} />;
    case "bots":
      return <BotsPanel open={open} />;
    case "pins":
      return <PinsPanel open={open} />;
    default:
      return toolPanel(rest[0], open);
  }
}
