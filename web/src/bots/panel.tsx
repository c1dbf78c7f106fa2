/// The bots of a room, for everybody in it: what they read, whose they are, what they offer. Facilitators make and keep them here.

import { useEffect, useState } from "preact/hooks";
import { NameButton } from "../room/card";
import { useRoom } from "../room/context";
import { Panel } from "../room/panel";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, EmptyState, FailedState, IconButton, Loading } from "../ui";
import type { RoomBot } from "../wire/bots";
import { useBotDialogs } from "./dialogs";
import { fetchBots, roomBots } from "./slash";

export function BotsPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const id = open.snapshot.room.id;
  const [failed, fail] = useState<unknown>();
  const load = () => {
    fail(undefined);
    fetchBots(id, true).catch(fail);
  };
  const { make, care, dialogs } = useBotDialogs(id, load);
  const members = open.snapshot.members.length;
  useEffect(load, [id, members]);
  const bots = roomBots(id);
  const manage = room.may.facilitate && room.room.access !== "direct";
  const create = manage && !room.room.archived;
  return (
    <Panel room={id} title={t("bots.room")} actions={create && <IconButton icon="plus" label={t("bots.new")} onClick={make} />}>
      <div class="margin-body people">
        {failed !== undefined && !bots && <FailedState error={failed} retry={load} />}
        {failed === undefined && !bots && <Loading />}
        {bots?.length === 0 && (
          <EmptyState title={t("bots.none")} action={create && <Button onClick={make}>{t("bots.new")}</Button>}>
            {t(create ? "bots.none.guide" : "bots.none.body")}
          </EmptyState>
        )}
        <ul class="bot-list">
          {bots?.map((one) => (
            <Line key={one.person.id} bot={one} onCare={manage && !one.house ? () => care(one.person.id) : null} />
          ))}
        </ul>
      </div>
      {dialogs}
    </Panel>
  );
}

function Line({ bot, onCare }: { bot: RoomBot; onCare: (() => void) | null }) {
  const { person, owner } = bot;
  return (
    <li class="bot-line" data-bot={person.id}>
      <div class="person">
        <Avatar id={person.id} name={person.name} />
        <div class="person-text">
          <span class="person-name"><NameButton id={person.id}>{person.name}</NameButton></span>
          <span class="person-small">{bot.house ? t("bots.house") : owner ? t("bots.by", { name: owner.name }) : t("bots.owner.none")}</span>
        </div>
        {onCare && <IconButton icon="settings" label={t("bots.care", { name: person.name })} onClick={onCare} />}
      </div>
      <p class="bot-reads">
        {t(bot.house ? "bots.reads.house" : bot.reads ? (bot.sends_out ? "bots.reads.out" : "bots.reads") : "bots.reads.not")}
      </p>
      {bot.commands.length > 0 && (
        <ul class="bot-commands" aria-label={t("slash.list")}>
          {bot.commands.map((one) => (
            <li key={one.name}>
              <code>/{one.name}{one.hint && ` ${one.hint}`}</code> {one.help}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
