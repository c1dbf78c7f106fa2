/// Moving a thread to another room that one facilitates as well.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { t } from "../texts";
import { ChoiceField, Confirm, remark } from "../ui";
import type { Message } from "../wire/views";
import { roomsToMoveTo } from "./moved";

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
