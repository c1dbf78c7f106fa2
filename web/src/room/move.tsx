/// Moving a thread to another room that one facilitates as well; and the way from its stub to where it is.

import { useState } from "preact/hooks";
import { go } from "../router";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { entries, home } from "../store/state";
import { mayIn } from "../store/may";
import { t } from "../texts";
import { Button, ChoiceField, Confirm, remark } from "../ui";
import type { Message, Room } from "../wire/views";

/** Rooms one may move something to from `room`, by name. */
export function roomsToMoveTo(room: string): Room[] {
  const here = home.value;
  if (here.state !== "ready") return [];
  return [...entries.value.values()]
    .filter((one) => one.room.id !== room && !one.room.archived && mayIn(one, here.me).facilitate)
    .map((one) => one.room)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

export function MoveDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const rooms = roomsToMoveTo(message.room);
  const [to, setTo] = useState(rooms[0]?.id ?? "");
  const move = async () => {
    await ask("thread.move", { thread: message.id, room: to });
    remark(t("move.done", { name: rooms.find((one) => one.id === to)?.name ?? "" }), "good");
  };
  return (
    <Confirm title={t("move.title")} action={t("move.submit")} onConfirm={move} onClose={onClose}>
      <p>{t("move.body")}</p>
      <ChoiceField legend={t("move.to")} value={to} onInput={setTo} options={rooms.map((one) => ({ value: one.id, label: one.name }))} />
    </Confirm>
  );
}

/** Where it went is told by the message itself, to who may read it there. */
export function Follow({ moved }: { moved: string }) {
  const follow = async () => {
    const { result } = await ask("message.get", { message: moved });
    const [found] = result.messages;
    if (found) go("r", found.room, found.no);
  };
  return (
    <Button kind="quiet" onClick={() => void attempt(follow())}>
      {t("move.follow")}
    </Button>
  );
}
