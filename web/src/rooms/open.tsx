/// The card of a room as a form: to open one, and (with `room`) to change one.

import { useState } from "preact/hooks";
import { say } from "../net/error";
import { go } from "../router";
import { ask } from "../store/ask";
import { reloadOverview } from "../store/client";
import { t } from "../texts";
import { AreaField, Button, ChoiceField, Dialog, Field, Notice } from "../ui";
import { SlowField } from "../sanctions/lock";
import { KeepField } from "./keep";
import type { RoomSettings } from "../wire/frames";
import type { Room } from "../wire/views";

const NAME = 80;
const PURPOSE = 500;

export function OpenRoomDialog({ onClose }: { onClose: () => void }) {
  const submit = async (settings: RoomSettings) => {
    const { result } = await ask("room.open", settings);
    await reloadOverview();
    go("r", result.room);
  };
  return <RoomForm title={t("open.title")} action={t("open.submit")} onSubmit={submit} onClose={onClose} />;
}

export function ChangeRoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const submit = async (settings: RoomSettings) => {
    await ask("room.change", { room: room.id, ...changed(room, settings) });
  };
  return <RoomForm title={t("room.settings")} action={t("common.save")} room={room} onSubmit={submit} onClose={onClose} />;
}

/** Only what differs is sent, so that nobody's other change is undone. */
function changed(room: Room, settings: RoomSettings): Partial<RoomSettings> {
  const now = { ...room, keep_days: room.keep_days ?? 0 } as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(settings).filter(([key, value]) => now[key] !== value));
}

interface FormProps {
  title: string;
  action: string;
  room?: Room;
  onSubmit: (settings: RoomSettings) => Promise<void>;
  onClose: () => void;
}

function RoomForm({ title, action, room, onSubmit, onClose }: FormProps) {
  const [name, setName] = useState(room?.name ?? "");
  const [purpose, setPurpose] = useState(room?.purpose ?? "");
  const [access, setAccess] = useState<"open" | "request" | "invite">(room && room.access !== "direct" ? room.access : "open");
  const [posting, setPosting] = useState(room?.posting ?? "everyone");
  const [history, setHistory] = useState(room?.history ?? "all");
  const [slow, setSlow] = useState(room?.slow_mode ?? 0);
  const [keep, setKeep] = useState(room?.keep_days ?? 0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [missing, setMissing] = useState(false);
  const submit = async () => {
    setMissing(!name.trim());
    if (!name.trim() || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit({ name: name.trim(), purpose: purpose.trim(), access, posting, history, ...(room ? { keep_days: keep, slow_mode: slow } : {}) });
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      <Field
        label={t("open.name")}
        value={name}
        onInput={setName}
        maxLength={NAME}
        error={missing && !name.trim() ? t("common.required") : undefined}
      />
      <AreaField label={t("open.purpose")} hint={t("open.purpose.hint")} optional value={purpose} onInput={setPurpose} maxLength={PURPOSE} />
      <ChoiceField
        legend={t("open.access")}
        value={access}
        onInput={setAccess}
        options={[
          { value: "open", label: t("open.access.open"), hint: t("open.access.open.hint") },
          { value: "request", label: t("open.access.request"), hint: t("open.access.request.hint") },
          { value: "invite", label: t("open.access.invite"), hint: t("open.access.invite.hint") },
        ]}
      />
      <ChoiceField
        legend={t("open.posting")}
        value={posting}
        onInput={setPosting}
        options={[
          { value: "everyone", label: t("open.posting.everyone") },
          { value: "facilitators", label: t("open.posting.facilitators"), hint: t("open.posting.facilitators.hint") },
        ]}
      />
      <ChoiceField
        legend={t("open.history")}
        value={history}
        onInput={setHistory}
        options={[
          { value: "all", label: t("open.history.all") },
          { value: "joining", label: t("open.history.joining") },
        ]}
      />
      {room && <SlowField value={slow} onInput={setSlow} />}
      {room && <KeepField before={room.keep_days ?? 0} value={keep} onInput={setKeep} />}
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
