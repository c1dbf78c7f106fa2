/// A new topic: its title, its text. What one has begun is kept until it is sent.

import { useEffect, useRef, useState } from "preact/hooks";
import type { RoomContext } from "../room/context";
import { href } from "../router";
import { keep, kept, unkeep } from "../net/keep";
import { Writing } from "../sanctions/bound";
import { myId } from "../store/state";
import { t } from "../texts";
import { Field, Icon } from "../ui";

const TITLE = 120;
export const titleKey = (room: string): string => `draft.${room}.title`;

export function NewTopic({ room, onDone }: { room: RoomContext; onDone: () => void }) {
  const id = room.room.id;
  const [title, setTitle] = useState(() => kept<string>(myId(), titleKey(id)) ?? "");
  const [missing, setMissing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  const change = (next: string) => {
    setTitle(next);
    setMissing(false);
    if (next) keep(myId(), titleKey(id), next);
    else unkeep(myId(), titleKey(id));
  };
  const given = (): string | null => {
    if (title.trim()) return title.trim();
    setMissing(true);
    box.current?.querySelector("input")?.focus();
    return null;
  };
  return (
    <section class="topic topic-begin" ref={box} aria-label={t("forum.new")}>
      <p class="topic-back">
        <a href={href("r", id)}>
          <Icon name="back" size={16} /> {t("forum.back")}
        </a>
      </p>
      <h2>{t("forum.new")}</h2>
      <Field
        label={t("forum.new.title")}
        hint={t("forum.new.title.hint")}
        value={title}
        onInput={change}
        maxLength={TITLE}
        error={missing ? t("common.required") : undefined}
      />
      {room.room.options.answer_first && <p class="topic-begin-kept"><Icon name="lock" size={16} /> {t("forum.new.kept")}</p>}
      <Writing
        thread={null}
        label={t("forum.new.body")}
        topic={{ title: given, send: t("forum.new.send") }}
        onSent={() => {
          unkeep(myId(), titleKey(id));
          onDone();
        }}
        onEditLast={() => undefined}
      />
    </section>
  );
}
