/// Editing one's own message where it stands: Enter saves (on touch the button does), Escape leaves it as it was.

import { useEffect, useRef, useState } from "preact/hooks";
import { decode, encode, lengthOf } from "../markup/compose";
import { say } from "../net/error";
import { t } from "../texts";
import { Button, Notice } from "../ui";
import { LIMIT } from "./composer";
import { useRoom } from "./context";
import { editing } from "./state";
import { grow, onTouch, usernames } from "./typing";

interface EditProps {
  body: string;
  save: (body: string) => Promise<unknown>;
}

export function EditBox({ body: before, save: keep }: EditProps) {
  const room = useRoom();
  const [start] = useState(() => decode(before, room.mentioned.label));
  const [text, setText] = useState(start.text);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.focus();
    element.setSelectionRange(text.length, text.length);
    grow(element);
  }, []);
  const body = encode(text, start.picks, usernames(room)).trim();
  const over = lengthOf(body) - LIMIT;
  const done = () => {
    editing.value = null;
    document.querySelector<HTMLElement>(`.composer textarea`)?.focus();
  };
  const save = async () => {
    if (!body || over > 0 || busy) return;
    if (body === before) return done();
    setBusy(true);
    try {
      await keep(body);
      done();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      done();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !onTouch()) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <div class="edit">
      <textarea
        ref={area}
        class="input"
        rows={1}
        dir="auto"
        aria-label={t("message.edit.label")}
        value={text}
        onKeyDown={key}
        onInput={(event) => {
          setText(event.currentTarget.value);
          grow(event.currentTarget);
        }}
      />
      <div class="edit-foot">
        <span>{over > 0 ? t("common.over", { count: over }) : onTouch() ? "" : t("message.edit.hint")}</span>
        <Button onClick={done}>{t("common.cancel")}</Button>
        <Button kind="primary" busy={busy} disabled={!body || over > 0} onClick={() => void save()}>
          {t("message.saved")}
        </Button>
      </div>
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </div>
  );
}
