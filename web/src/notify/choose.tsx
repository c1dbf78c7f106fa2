/// Choosing what of one room, or of one thread, notifies: a dialog from where one is.

import { useEffect, useState } from "preact/hooks";
import { say } from "../net/error";
import { href } from "../router";
import { chooseRoom, chooseThread, loadNotify, mutedHere, notifying, roomLevel, standard, threadLevel } from "../store/notify";
import { t, type Key } from "../texts";
import { Button, ChoiceField, Dialog, FailedState, Loading, Notice } from "../ui";
import type { Level } from "../wire/notify";
import type { Room } from "../wire/views";
import { LEVELS } from "./settings";

interface Props {
  room: Room;
  /** A thread of it, instead of the room. */
  thread?: string;
  onClose: () => void;
}

export function NotifyDialog({ room, thread, onClose }: Props) {
  useEffect(() => void loadNotify(), []);
  const now = notifying.value;
  if (now?.state === "ready") return <Choosing room={room} thread={thread} onClose={onClose} />;
  return (
    <Dialog title={t(thread ? "notify.thread.title" : "notify.room.title")} onClose={onClose}>
      {now?.state === "failed" ? <FailedState error={now.error} retry={() => void loadNotify()} /> : <Loading />}
    </Dialog>
  );
}

function Choosing({ room, thread, onClose }: Omit<Props, "thread"> & { thread: string | undefined }) {
  const before: Level | "room" = thread ? (threadLevel(thread) ?? "room") : (roomLevel(room) ?? standard(room));
  const [level, setLevel] = useState(before);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const muted = mutedHere(room.id);
  const submit = async () => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      if (thread) await chooseThread(thread, level === "room" ? null : level);
      else if (level !== "room") await chooseRoom(room, level);
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const levels: (Level | "room")[] = thread ? ["room", ...LEVELS] : [...LEVELS];
  return (
    <Dialog
      title={t(thread ? "notify.thread.title" : "notify.room.title")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <ChoiceField
        legend={t("notify.which")}
        value={level}
        onInput={setLevel}
        options={levels.map((one) => ({ value: one, label: t(`notify.level.${one}${thread && one === "all" ? ".thread" : ""}` as Key) }))}
      />
      {muted && <Notice>{t(`notify.muted.${muted}`)}</Notice>}
      <p class="prose">
        {t("notify.where")} <a href={href("settings", "notify")} onClick={onClose}>{t("notify.where.go")}</a>
      </p>
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
