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
import { Coordinator } from "./coordinator";
import { KINDS, kindAbout, kindName, kindOf } from "./kinds";
import { CardFields, startOf } from "./settings";

const NAME = 80;
const PURPOSE = 500;

export function OpenRoomDialog({ onClose }: { onClose: () => void }) {
  const submit = async (settings: Settings) => {
    const { result } = await ask("room.open", settings);
    await reloadOverview();
    go("r", result.room);
  };
  return <RoomForm title={t("open.title")} action={t("open.submit")} onSubmit={submit} onClose={onClose} />;
}

export function ChangeRoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const submit = async (settings: Settings) => {
    await ask("room.change", { room: room.id, ...changed(room, settings) });
  };
  return <RoomForm title={t("room.settings")} action={t("common.save")} room={room} onSubmit={submit} onClose={onClose} />;
}

type Settings = RoomSettings & { kind?: string };

/** Only what differs is sent, so that nobody's other change is undone. */
function changed(room: Room, settings: Settings): Partial<RoomSettings> {
  const now: Record<string, unknown> = { ...room, keep_days: room.keep_days ?? 0, ...room.options, coordinator: room.options.coordinator ?? "" };
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  return Object.fromEntries(Object.entries(settings).filter(([key, value]) => !same(now[key], value)));
}

interface FormProps {
  title: string;
  action: string;
  room?: Room;
  onSubmit: (settings: Settings) => Promise<void>;
  onClose: () => void;
}

function RoomForm({ title, action, room, onSubmit, onClose }: FormProps) {
  const [kindIs, setKindIs] = useState(room?.kind ?? "conversation");
  const kind = kindOf(kindIs);
  const [name, setName] = useState(room?.name ?? "");
  const [purpose, setPurpose] = useState(room?.purpose ?? "");
  const [slow, setSlow] = useState(room?.slow_mode ?? 0);
  const [card, setCard] = useState(() => startOf(room, kind));
  const [keep, setKeep] = useState(room?.keep_days ?? 0);
  const [coordinator, setCoordinator] = useState(room?.options.coordinator ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [missing, setMissing] = useState(false);
  const choose = (next: string) => {
    setKindIs(next);
    setCard(startOf(undefined, kindOf(next)));
  };
  const submit = async () => {
    setMissing(!name.trim());
    if (!name.trim() || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const { answer_first, ...rest } = card;
      const settings = { name: name.trim(), purpose: purpose.trim(), ...rest, ...kind.fixed };
      await onSubmit({ ...settings, ...(kind.topics ? { answer_first } : {}), ...(kind.coordinator ? { coordinator } : {}), ...(room ? { keep_days: keep, slow_mode: slow } : { kind: kindIs }) });
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
      {!room && (
        <ChoiceField
          legend={t("kind.which")}
          value={kindIs}
          onInput={choose}
          options={KINDS.map((one) => ({ value: one.name, label: kindName(one.name), hint: kindAbout(one.name) }))}
        />
      )}
      {kind.coordinator && <Coordinator person={coordinator} onChange={setCoordinator} />}
      <CardFields kind={kind} card={card} onChange={setCard} />
      {room && <SlowField value={slow} onInput={setSlow} />}
      {room && <KeepField before={room.keep_days ?? 0} value={keep} onInput={setKeep} />}
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
