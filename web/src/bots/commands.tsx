/// The commands that a bot offers to whoever types a slash: listed, added, changed, removed and put back.

import { useState } from "preact/hooks";
import { Refused } from "../account/refused";
import { useDoing } from "../account/use";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, Notice } from "../ui";
import type { Bot, OwnSlash } from "../wire/bots";
import { EditCommand } from "./command";
import { Part, type Care } from "./part";

interface Group {
  room: { id: string; name: string } | null;
  commands: OwnSlash[];
}

interface Editing {
  group: Group;
  /** Undefined: a new one. */
  command: OwnSlash | undefined;
}

interface Removed {
  group: Group;
  name: string;
}

export function Commands({ bot, path, put }: Care) {
  const [editing, edit] = useState<Editing | null>(null);
  const [removed, remember] = useState<Removed | null>(null);
  const doing = useDoing();
  const save = async (group: Group, wanted: OwnSlash[]) => {
    const commands = wanted.map(({ url, ...one }) => (url === addressOf(bot, group, one.name) ? one : { ...one, url }));
    put(await api.put<Bot>(`${path}/commands`, { commands, ...(group.room ? { room: group.room.id } : {}) }));
  };
  const remove = (group: Group, one: OwnSlash) =>
    void doing.run(async () => {
      await save(group, group.commands.filter((other) => other.name !== one.name));
      remember({ group, name: one.name });
    });
  const undo = (before: Removed) =>
    void doing.run(async () => {
      await save(before.group, before.group.commands);
      remember(null);
    });
  const everywhere = bot.commands.find((one) => one.room === null) ?? { room: null, commands: [] };
  const none = bot.commands.every((one) => one.commands.length === 0);
  const own = bot.commands.some((group) => group.commands.some((one) => one.url !== ""));
  return (
    <Part title={t("bots.commands")} hint={t("bots.commands.hint")}>
      {none && <p class="bot-none">{t("bots.commands.none")}</p>}
      <ul class="lines-plain">
        {bot.commands.flatMap((group) =>
          group.commands.map((one) => (
            <Line key={`${group.room?.id} ${one.name}`} one={one} room={group.room?.name} onChange={() => edit({ group, command: one })} onRemove={() => remove(group, one)} />
          )),
        )}
      </ul>
      {removed && (
        <Notice>
          {t("bots.commands.removed", { name: removed.name })} <Button kind="quiet" busy={doing.busy} onClick={() => undo(removed)}>{t("bots.undo")}</Button>
        </Notice>
      )}
      <Button onClick={() => edit({ group: everywhere, command: undefined })}>{t("bots.commands.add")}</Button>
      <p class="field-hint">{t(byAddress(bot) ? "bots.commands.by_url" : "bots.commands.by_line")}{own && ` ${t("bots.commands.own")}`}</p>
      <Refused error={doing.error} />
      {editing && (
        <EditCommand
          command={editing.command}
          all={editing.group.commands}
          onClose={() => edit(null)}
          onSave={async (commands) => {
            await save(editing.group, commands);
            edit(null);
            remember(null);
          }}
        />
      )}
    </Part>
  );
}

/** The command's own address as it is now. What is not changed is not sent: naming addresses takes more than the rest. */
const addressOf = (bot: Bot, { room }: Group, name: string): string =>
  bot.commands.find((group) => group.room?.id === room?.id)?.commands.find((one) => one.name === name)?.url ?? "";

/** Whether what is asked of it is sent to its address. */
const byAddress = ({ outgoing }: Bot): boolean =>
  outgoing !== null && outgoing.url !== "" && (outgoing.kinds.length === 0 || outgoing.kinds.includes("interaction.made"));

interface LineProps {
  one: OwnSlash;
  room: string | undefined;
  onChange: () => void;
  onRemove: () => void;
}

function Line({ one, room, onChange, onRemove }: LineProps) {
  return (
    <li class="line-item" data-command={one.name}>
      <div class="line-text">
        <span class="line-title"><code>/{one.name}{one.hint && ` ${one.hint}`}</code></span>
        <span class="line-small">{[one.help, room && t("bots.commands.in", { room })].filter(Boolean).join(" · ")}</span>
        {one.url && <span class="line-small">{t("bots.commands.at", { where: one.url.replace(/^https?:\/\//, "") })}</span>}
      </div>
      <Button onClick={onChange} aria-label={t("bots.commands.change", { name: one.name })}>{t("bots.change")}</Button>
      <Button onClick={onRemove} aria-label={t("bots.commands.remove.of", { name: one.name })}>{t("bots.commands.remove")}</Button>
    </li>
  );
}
