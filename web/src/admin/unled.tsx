/// Rooms that nobody looks after: one names somebody who is in the room, or archives it.

import { useState } from "preact/hooks";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { nameOf } from "../store/names";
import { people } from "../store/state";
import { t } from "../texts";
import { Button, Confirm, EmptyState, FailedState, Loading, SelectField, remark } from "../ui";
import type { UnledRoom } from "../wire/admins";
import { useDesk } from "./desk";

export function UnledRooms() {
  const { now, again } = useDesk();
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  const { unled } = now.value;
  if (unled.length === 0) return <EmptyState title={t("unled.none")}>{t("unled.none.body")}</EmptyState>;
  return (
    <div class="desk">
      <p class="prose">{t("unled.lead")}</p>
      <ul class="lines">{unled.map((room) => <Line key={room.id} room={room} done={again} />)}</ul>
    </div>
  );
}

function Line({ room, done }: { room: UnledRoom; done: () => void }) {
  const { id, name, members } = room;
  const [person, choose] = useState("");
  const [closing, close] = useState(false);
  const known = people.value;
  const appoint = async () => {
    if (!(await attempt(ask("room.appoint", { room: id, person })))) return;
    remark(t("unled.named", { person: nameOf(known, person), name }), "good");
    done();
  };
  const archive = async () => {
    await ask("room.close", { room: id });
    remark(t("unled.archived", { name }), "good");
    done();
  };
  const options = [{ value: "", label: t("unled.choose") }, ...members.map((one) => ({ value: one, label: nameOf(known, one) }))];
  return (
    <li class="line-item unled" data-room={id}>
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-small">{t("unled.members", { count: room.member_count })}</span>
      </div>
      {members.length === 0 && <p class="line-small">{t("unled.nobody")}</p>}
      <div class="unled-doing">
        {members.length > 0 && <SelectField label={t("unled.who", { name })} value={person} onInput={choose} options={options} />}
        <div class="form-actions">
          {members.length > 0 && (
            <Button kind="primary" disabled={!person} aria-label={t("unled.name.of", { name })} onClick={() => void appoint()}>
              {t("unled.name")}
            </Button>
          )}
          <Button aria-label={t("unled.archive.of", { name })} onClick={() => close(true)}>{t("unled.archive")}</Button>
        </div>
      </div>
      {closing && (
        <Confirm title={t("unled.archive.title", { name })} action={t("unled.archive")} danger onConfirm={archive} onClose={() => close(false)}>
          <p>{t("unled.archive.body")}</p>
        </Confirm>
      )}
    </li>
  );
}
