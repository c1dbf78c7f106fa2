/// The book of a club as people see it: how far one has read, and for facilitators its chapters.

import { useState } from "preact/hooks";
import { useRoom, type RoomContext } from "../room/context";
import { Panel } from "../room/panel";
import { attempt } from "../store/actions";
import type { OpenRoom } from "../store/state";
import { say } from "../net/error";
import { t } from "../texts";
import { AreaField, Button, Dialog, EmptyState, Field, Notice, SelectField } from "../ui";
import { NO_BOOKS, type Book, type Reached, type Shelf } from "./book";
import { askTool, setMark, toolState } from "./use";

type Writing = "start" | "revise" | null;

export function BookPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const { books } = toolState<Shelf>(open, "book", NO_BOOKS);
  const [writing, write] = useState<Writing>(null);
  const current = books.at(-1);
  const earlier = books.slice(0, -1);
  const guide = room.may.facilitate && !room.room.archived;
  return (
    <Panel room={room.room.id} title={t("book.title")}>
      <div class="margin-body tool">
        {!current && (
          <EmptyState
            title={t("book.none")}
            level={3}
            action={guide && <Button kind="primary" onClick={() => write("start")}>{t("book.start")}</Button>}
          >
            {t(guide ? "book.none.guide" : "book.none.body")}
          </EmptyState>
        )}
        {current && (
          <>
            <h3 class="book-name">{current.title}</h3>
            {open.snapshot.me && <Place book={current} no={books.length} room={room} />}
            <ol class="book-units">
              {current.units.map((unit, index) => (
                <li key={unit} class={index < (room.reached[String(books.length)] ?? 0) ? "book-read" : ""}>{unit}</li>
              ))}
            </ol>
          </>
        )}
        {guide && current && (
          <p class="tool-row">
            <Button onClick={() => write("revise")}>{t("book.revise")}</Button>
            <Button onClick={() => write("start")}>{t("book.next")}</Button>
          </p>
        )}
        {earlier.length > 0 && (
          <section class="tool-settings">
            <h3>{t("book.before")}</h3>
            {earlier.map((one, index) => (
              <details key={`${index} ${one.title}`}>
                <summary>{one.title}</summary>
                {open.snapshot.me && <Place book={one} no={index + 1} room={room} />}
              </details>
            ))}
          </section>
        )}
      </div>
      {writing && <BookDialog room={room.room.id} how={writing} book={writing === "revise" ? current : undefined} onClose={() => write(null)} />}
    </Panel>
  );
}

function Place({ book, no, room }: { book: Book; no: number; room: RoomContext }) {
  const reached: Reached = room.reached;
  return (
    <div class="tool-form">
      <SelectField
        label={t("book.reached")}
        hint={t("book.reached.hint")}
        value={String(reached[String(no)] ?? 0)}
        onInput={(value) => void attempt(setMark(room.room.id, "book", { book: no, no: Number(value) }))}
        options={[
          { value: "0", label: t("book.reached.none") },
          ...book.units.map((unit, index) => ({ value: String(index + 1), label: unit })),
        ]}
      />
    </div>
  );
}

interface DialogProps {
  room: string;
  how: "start" | "revise";
  book: Book | undefined;
  onClose: () => void;
}

function BookDialog({ room, how, book, onClose }: DialogProps) {
  const [title, setTitle] = useState(book?.title ?? "");
  const [text, setText] = useState(book?.units.join("\n") ?? "");
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState<unknown>();
  const units = text.split("\n").map((one) => one.trim()).filter(Boolean);
  const submit = async () => {
    const lacks = !title.trim() || units.length === 0;
    setMissing(lacks);
    if (lacks || busy) return;
    setBusy(true);
    try {
      await askTool(room, "book", { do: how, title: title.trim(), units });
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t(how === "revise" ? "book.revise" : "book.start")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>{t("common.save")}</Button>
        </>
      }
    >
      <Field label={t("book.name")} value={title} onInput={setTitle} maxLength={120} error={missing && !title.trim() ? t("common.required") : undefined} />
      <AreaField label={t("book.units")} value={text} onInput={setText} rows={8} hint={t("book.units.count", { count: units.length })} error={missing && units.length === 0 ? t("common.required") : undefined} />
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
