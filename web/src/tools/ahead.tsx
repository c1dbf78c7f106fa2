/// What speaks of a chapter the reader has not reached: folded, by courtesy, until they choose to look.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { RoomContext } from "../room/context";
import { attempt } from "../store/actions";
import { t } from "../texts";
import { Button, remark } from "../ui";
import type { Message } from "../wire/views";
import { isAhead, unitName } from "./book";
import { setMark } from "./use";

type Spoken = Pick<Message, "unit" | "author">;

/** Whether a message is folded for the reader. One's own never is. */
export const folded = (message: Spoken, room: RoomContext): boolean =>
  message.author !== room.me && isAhead(message.unit, room.reached);

/** "Chapter 12", or "Chapter 12 of Persuasion" when that is not what is read now. */
export function unitLabel(message: Spoken, room: RoomContext): string {
  if (!message.unit) return "";
  const { book, unit, current } = unitName(room.shelf, message.unit);
  return current || !book ? unit : t("book.of", { unit, book });
}

/** The words in place of a folded text, where there is no room for more. */
export const foldedWords = (message: Spoken, room: RoomContext): string => t("book.folded", { unit: unitLabel(message, room) });

interface Props {
  message: Message;
  room: RoomContext;
  children: ComponentChildren;
}

export function Ahead({ message, room, children }: Props) {
  const [looked, look] = useState(false);
  if (looked || !message.unit || !folded(message, room)) return <>{children}</>;
  const unit = unitLabel(message, room);
  const { book, no } = message.unit;
  const mark = async () => {
    if (await attempt(setMark(room.room.id, "book", { book, no }))) remark(t("book.marked", { unit }));
  };
  return (
    <div class="ahead">
      <p>{foldedWords(message, room)}</p>
      <p class="tool-row">
        <Button kind="quiet" onClick={() => look(true)}>{t("book.look")}</Button>
        {room.inside && <Button kind="quiet" onClick={() => void mark()}>{t("book.mark")}</Button>}
      </p>
    </div>
  );
}
