/// Where one writes: grows with the text, completes names, keeps drafts, counts when it gets long.
/// Enter sends and Shift+Enter breaks the line; on touch Enter breaks and the button sends.

import { useEffect, useRef, useState } from "preact/hooks";
import { useSlash } from "../bots/slash";
import { encode, lengthOf, type Pick } from "../markup/compose";
import { plain } from "../markup/parse";
import { EmojiPicker, LaterDialog } from "../parts";
import { post } from "../store/actions";
import { fetchMissing } from "../store/rooms";
import { Scheduled } from "../planned/scheduled";
import { t } from "../texts";
import { folded, foldedWords, unitLabel } from "../tools/ahead";
import { UnitChoice } from "../tools/unit";
import { Button, IconButton } from "../ui";
import { useCompletion } from "./completion";
import { useRoom } from "./context";
import { loadDraft, saveDraft, withTaken, type Draft } from "./drafts";
import { quoting, takenBack } from "./state";
import { grow, onTouch, TypingTeller, usernames } from "./typing";
import type { Unit } from "../wire/views";

/** Code points of a body (protocol/limits.py: BODY); the counter shows from here on. */
export const LIMIT = 8_000;
const COUNTED_FROM = 7_500;

interface ComposerProps {
  thread: string | null;
  /** In a thread: what its first message speaks of. */
  rootUnit?: Unit | null;
  label: string;
  /** In a forum: this opens a topic; `title` gives its title, or says that it is missing. */
  topic?: { title: () => string | null; send: string };
  onSent: () => void;
  /** Arrow up in an empty composer. */
  onEditLast: () => void;
}

export function Composer({ thread, rootUnit = null, label, topic, onSent, onEditLast }: ComposerProps) {
  const room = useRoom();
  const id = room.room.id;
  const area = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState<Draft>(() => loadDraft(id, thread));
  const [picker, openPicker] = useState<HTMLElement | null>(null);
  const [later, setLater] = useState(false);
  const teller = useRef<TypingTeller | null>(null);
  teller.current ??= new TypingTeller(id, thread);

  const change = (next: Draft) => {
    setDraft(next);
    saveDraft(id, thread, next);
  };
  const completion = useCompletion(area, room, draft.text, (text, pick, caret) => {
    change({ ...draft, text, picks: withPick(draft.picks, pick) });
    requestAnimationFrame(() => area.current?.setSelectionRange(caret, caret));
  });

  useEffect(() => () => teller.current?.stopped(), []);
  useEffect(() => {
    if (area.current) grow(area.current);
  }, [draft.text]);
  useIncoming(thread, room, draft, change, area);

  const body = encode(draft.text, draft.picks, usernames(room)).trim();
  const length = lengthOf(body);
  const unit = draft.unit === undefined ? rootUnit : draft.unit;
  const emptied = () => {
    teller.current?.sent();
    change({ text: "", picks: [], quote: null, ...(draft.unit === undefined ? {} : { unit: draft.unit }) });
    area.current?.focus();
  };
  const send = () => {
    if (!body || length > LIMIT || slash.send()) return;
    sendText();
  };
  const sendText = () => {
    const title = topic?.title();
    if (title === null) return;
    post({ ...(title ? { title } : {}), room: id, thread, quote: draft.quote, body, ...(unit ? { unit } : {}) });
    emptied();
    onSent();
  };
  const slash = useSlash(id, thread, draft.text, (text) => {
    change({ ...draft, text });
    area.current?.focus();
  }, () => sendText());
  const key = (event: KeyboardEvent) => {
    if (slash.key(event) || completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !onTouch() && (!topic || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && draft.text === "") {
      event.preventDefault();
      onEditLast();
    } else if (event.key === "Escape" && draft.quote) change({ ...draft, quote: null });
  };
  const insert = (emoji: string) => {
    const element = area.current;
    const at = element?.selectionStart ?? draft.text.length;
    change({ ...draft, text: draft.text.slice(0, at) + emoji + draft.text.slice(element?.selectionEnd ?? at) });
    element?.focus();
    requestAnimationFrame(() => element?.setSelectionRange(at + emoji.length, at + emoji.length));
  };
  return (
    <div class="composer">
      <Scheduled room={room} thread={thread} />
      {draft.quote && <Quoting message={draft.quote} onDrop={() => change({ ...draft, quote: null })} />}
      {completion.list}
      {slash.list}
      <UnitChoice room={room} unit={unit} onChange={(next) => change({ ...draft, unit: next })} />
      <div class="composer-row">
        <textarea
          ref={area}
          rows={1}
          dir="auto"
          aria-label={label}
          placeholder={label}
          value={draft.text}
          enterkeyhint={onTouch() ? "enter" : "send"}
          {...(slash.open ? slash.attributes : completion.attributes)}
          onKeyDown={key}
          onInput={(event) => {
            change({ ...draft, text: event.currentTarget.value });
            completion.look();
            if (event.currentTarget.value) teller.current?.wrote();
          }}
          onClick={completion.look}
          onBlur={completion.close}
        />
        <IconButton icon="emoji" label={t("composer.emoji")} onClick={(event) => openPicker(picker ? null : event.currentTarget)} />
        {!topic && body && length <= LIMIT && <IconButton icon="clock" label={t("planned.later")} onClick={() => setLater(true)} />}
        {!topic && <IconButton icon="send" label={t("composer.send")} class="composer-send" disabled={!body || length > LIMIT} onClick={send} />}
      </div>
      {topic && <div class="composer-foot"><Button kind="primary" disabled={!body || length > LIMIT} onClick={send}>{topic.send}</Button></div>}
      {length > COUNTED_FROM && <Count length={length} />}
      {later && <LaterDialog post={{ room: id, thread, quote: draft.quote, body, unit }} speaks={unitLabel({ unit, author: room.me }, room)} onClose={() => setLater(false)} onDone={emptied} />}
      {picker && <EmojiPicker anchor={picker} onPick={insert} onClose={() => openPicker(null)} />}
    </div>
  );
}

function withPick(picks: Pick[], pick: Pick): Pick[] {
  return [...picks.filter((one) => one.label !== pick.label), pick];
}

/** Quotations chosen in a menu, and posts taken back to be edited, land here. */
function useIncoming(
  thread: string | null,
  room: ReturnType<typeof useRoom>,
  draft: Draft,
  change: (draft: Draft) => void,
  area: { current: HTMLTextAreaElement | null },
): void {
  const quote = quoting.value;
  const back = takenBack.value;
  useEffect(() => {
    if (quote?.thread !== thread) return;
    quoting.value = null;
    change({ ...draft, quote: quote.message });
    area.current?.focus();
  }, [quote]);
  useEffect(() => {
    if (back?.thread !== thread) return;
    takenBack.value = null;
    change(withTaken(draft, back, room.mentioned.label));
    area.current?.focus();
  }, [back]);
}

function Quoting({ message, onDrop }: { message: string; onDrop: () => void }) {
  const room = useRoom();
  const quoted = room.quoted(message);
  useEffect(() => {
    if (quoted === undefined) void fetchMissing(room.room.id, message, "quote");
  }, [quoted === undefined, message]);
  const name = quoted ? room.name(quoted.author) : "";
  return (
    <div class="composer-quote">
      <p>
        <span class="quoted-name">{t("composer.quoting", { name })}</span>{" "}
        {quoted?.body && folded(quoted, room) ? foldedWords(quoted, room) : quoted?.body ? plain(quoted.body, room.mentioned.label, 90) : t(quoted === undefined ? "message.quote.loading" : "message.quote.gone")}
      </p>
      <IconButton icon="close" label={t("composer.unquote")} onClick={onDrop} />
    </div>
  );
}

function Count({ length }: { length: number }) {
  const over = length - LIMIT;
  return (
    <p class={over > 0 ? "composer-count composer-over" : "composer-count"} role="status">
      {over > 0 ? t("common.over", { count: over }) : t("common.left", { count: -over })}
    </p>
  );
}
