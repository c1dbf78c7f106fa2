/// In place of the composer: why one cannot write here, and what one can do about it.

import { useState } from "preact/hooks";
import { go } from "../router";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { reloadOverview } from "../store/client";
import { blockPerson, blockedIn } from "../store/quiet";
import { reloadRoom } from "../store/rooms";
import { people, type OpenRoom } from "../store/state";
import { nameOf } from "../store/names";
import { t } from "../texts";
import { Button, EmptyState, useTitle } from "../ui";
import type { Membership, Room, RoomEntry } from "../wire/views";
import { joinRoom } from "../rooms/join";
import { useRoom } from "./context";

/** In place of a room one is invited to, or has asked to enter, and cannot read yet: its card. */
export function Outside({ entry }: { entry: RoomEntry }) {
  const { room, me } = entry;
  useTitle(room.name);
  return (
    <main class="room">
      <EmptyState title={room.name} level={1}>
        {room.purpose && <p>{room.purpose}</p>}
        <p>{t("directory.members", { count: room.member_count })}</p>
        <Waiting room={room} me={me} />
      </EmptyState>
    </main>
  );
}

export function Doorstep({ open }: { open: OpenRoom }) {
  const { may } = useRoom();
  const { room, me } = open.snapshot;
  if (me && me.state !== "member") return <Waiting room={room} me={me} />;
  if (may.join) return <Join room={room} />;
  const blocked = blockedIn(room);
  if (blocked !== undefined) return <Blocked person={blocked} />;
  return <div class="doorstep">{may.whyNot && <p>{t(may.whyNot)}</p>}</div>;
}

function Blocked({ person }: { person: string }) {
  const name = nameOf(people.value, person);
  return (
    <div class="doorstep">
      <p>{t("quiet.blocked.here", { name })}</p>
      <Button onClick={() => void blockPerson(person, false)}>{t("quiet.unblock", { name })}</Button>
    </div>
  );
}

/** Invited, or waiting for an answer. */
function Waiting({ room, me }: { room: Room; me: Membership }) {
  const leave = async () => {
    if (!(await attempt(ask("room.leave", { room: room.id })))) return;
    await reloadOverview();
    go();
  };
  if (me.state === "requested") {
    return (
      <div class="doorstep">
        <p>{t("room.join.requested")}</p>
        <Button onClick={() => void leave()}>{t("room.join.withdraw")}</Button>
      </div>
    );
  }
  const known = me.invited_by && people.value.has(me.invited_by) ? nameOf(people.value, me.invited_by) : null;
  return (
    <div class="doorstep">
      <p>{known ? t("room.join.invite", { name: known }) : t("room.join.invited")}</p>
      <Button onClick={() => void leave()}>{t("room.join.decline")}</Button>
      <Enter room={room} words={t("room.join.accept")} />
    </div>
  );
}

function Join({ room }: { room: Room }) {
  return (
    <div class="doorstep">
      <p>{t("room.join.visitor")}</p>
      <Enter room={room} words={t(room.access === "request" ? "room.join.ask" : "room.join.join")} />
    </div>
  );
}

function Enter({ room, words }: { room: Room; words: string }) {
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    if (await joinRoom(room.id)) await reloadRoom(room.id);
    setBusy(false);
  };
  return (
    <Button kind="primary" busy={busy} onClick={() => void enter()}>
      {words}
    </Button>
  );
}
