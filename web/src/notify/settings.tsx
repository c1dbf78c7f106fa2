/// Notifications: on which devices, when not, whether they show text, and what of which room.

import { useEffect, useState } from "preact/hooks";
import { ApiError, say } from "../net/error";
import { href } from "../router";
import { roomName } from "../store/names";
import { chooseHours, chooseRoom, chooseThread, loadNotify, mutedHere, notifying, roomLevel } from "../store/notify";
import { entries, people, type Home } from "../store/state";
import { t, type Key } from "../texts";
import { Button, CheckField, FailedState, Field, Form, Loading, Notice, Section, SelectField, remark } from "../ui";
import type { Choice, Level, NotifySettings } from "../wire/notify";
import type { Room } from "../wire/views";
import { Devices } from "./this_device";

export function NotifyScreen({ here }: { here: Home }) {
  useEffect(() => void loadNotify(), []);
  const now = notifying.value;
  return (
    <>
      <p class="prose">{t("notify.lead")}</p>
      <Devices person={here.me.id} />
      {!now || now.state === "loading" ? <Loading /> : now.state === "failed" ? (
        <FailedState error={now.error} retry={() => void loadNotify()} />
      ) : (
        <>
          <Hours key={JSON.stringify([now.value.quiet, now.value.text])} settings={now.value} />
          <Rooms me={here.me.id} />
          <Threads choices={now.value.choices} me={here.me.id} />
        </>
      )}
    </>
  );
}

const NIGHT = { start: 22 * 60, end: 7 * 60 };

const asTime = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

function asMinute(time: string): number | null {
  const found = /^(\d{1,2}):(\d{2})/.exec(time);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

/** The place's name without its region: what people call their time. */
const zoneName = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

function Hours({ settings }: { settings: NotifySettings }) {
  const [quiet, setQuiet] = useState(settings.quiet !== null);
  const [start, setStart] = useState(asTime((settings.quiet ?? NIGHT).start));
  const [end, setEnd] = useState(asTime((settings.quiet ?? NIGHT).end));
  const [text, setText] = useState(settings.text);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [from, to] = [asMinute(start), asMinute(end)];
  const same = quiet && from !== null && from === to;
  const submit = async () => {
    if (busy || (quiet && (from === null || to === null || same))) return;
    setBusy(true);
    setError(undefined);
    try {
      await chooseHours({ quiet: quiet && from !== null && to !== null ? { start: from, end: to } : null, text });
      remark(t("account.saved"), "good");
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <Section title={t("notify.when")}>
      <Form onSubmit={() => void submit()}>
        <CheckField label={t("notify.quiet")} hint={t("notify.quiet.hint", { zone: zoneName(settings.time_zone) })} checked={quiet} onInput={setQuiet} />
        {quiet && (
          <div class="hours">
            <Field type="time" label={t("notify.quiet.start")} value={start} onInput={setStart} error={from === null ? t("common.required") : undefined} />
            <Field type="time" label={t("notify.quiet.end")} value={end} onInput={setEnd} error={to === null ? t("common.required") : same ? t("notify.quiet.same") : undefined} />
          </div>
        )}
        <CheckField label={t("notify.text")} hint={t("notify.text.hint")} checked={text} onInput={setText} />
        {error !== undefined && <Notice kind="error">{error instanceof ApiError ? say(error) : t("error.unexpected")}</Notice>}
        <div class="form-actions">
          <Button type="submit" busy={busy}>
            {t("common.save")}
          </Button>
        </div>
      </Form>
    </Section>
  );
}

export const LEVELS: readonly Level[] = ["all", "mentions", "none"];

function Rooms({ me }: { me: string }) {
  const rooms = [...entries.value.values()].filter((one) => one.me.state === "member" && !one.room.archived).map((one) => one.room);
  if (rooms.length === 0) return null;
  return (
    <Section title={t("notify.rooms")}>
      <p class="prose">{t("notify.rooms.lead")}</p>
      <ul class="lines">
        {rooms.map((room) => (
          <RoomLine key={room.id} room={room} name={roomName(room, people.value, me)} />
        ))}
      </ul>
    </Section>
  );
}

function RoomLine({ room, name }: { room: Room; name: string }) {
  const muted = mutedHere(room.id);
  const choose = (level: string) => void chooseRoom(room, level as Level).catch((error: unknown) => remark(say(error), "error"));
  return (
    <li class="line-item notify-line">
      <div class="line-text">
        <span class="line-title notify-room">{name}</span>
        {muted && <span class="line-small">{t(`notify.muted.${muted}`)}</span>}
      </div>
      <SelectField
        label={t("notify.of", { name })}
        value={roomLevel(room) ?? "mentions"}
        onInput={choose}
        options={LEVELS.map((level) => ({ value: level, label: t(`notify.level.${level}` as Key) }))}
      />
    </li>
  );
}

/** Threads for which something else than their room's was chosen, and the way back. */
function Threads({ choices, me }: { choices: readonly Choice[]; me: string }) {
  const threads = choices.filter((one) => one.thread !== null);
  if (threads.length === 0) return null;
  const undo = (thread: string) => void chooseThread(thread, null).catch((error: unknown) => remark(say(error), "error"));
  return (
    <Section title={t("notify.threads")}>
      <ul class="lines">
        {threads.map(({ room, thread, title, level }) => {
          const entry = entries.value.get(room);
          const name = entry ? roomName(entry.room, people.value, me) : "";
          const words = title || t("thread.title");
          return (
            <li key={thread} class="line-item">
              <div class="line-text">
                <a class="line-title" href={href("r", room, "t", thread ?? "")}>{words}</a>
                <span class="line-small">{name} · {t(`notify.level.${level}` as Key)}</span>
              </div>
              <Button aria-label={t("notify.thread.undo.of", { name: words })} onClick={() => undo(thread ?? "")}>
                {t("notify.thread.undo")}
              </Button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
