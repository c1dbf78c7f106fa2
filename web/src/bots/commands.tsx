/// The commands that a bot offers to whoever types a slash: listed, added, changed, removed and put back.

import { useState } from "preact/hooks";
import { any, type Problems } from "../account/problems";
import { Refused } from "../account/refused";
import { focusProblem, useDoing } from "../account/use";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, Dialog, Field, Notice } from "../ui";
import type { Bot, Slash } from "../wire/bots";
import { Part, type Care } from "./part";

const NAME = /^[a-z0-9][a-z0-9_-]*$/;
const NAME_LENGTH = 32;
const HINT = 80;
const HELP = 200;

interface Group {
  room: { id: string; name: string } | null;
  commands: Slash[];
}

interface Editing {
  group: Group;
  /** Undefined: a new one. */
  command: Slash | undefined;
}

interface Removed {
  group: Group;
  name: string;
}

export function Commands({ bot, path, put }: Care) {
  const [editing, edit] = useState<Editing | null>(null);
  const [removed, remember] = useState<Removed | null>(null);
  const doing = useDoing();
  const save = async (group: Group, commands: Slash[]) => {
    put(await api.put<Bot>(`${path}/commands`, { commands, ...(group.room ? { room: group.room.id } : {}) }));
  };
  const remove = (group: Group, one: Slash) =>
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
      <p class="field-hint">{t(byAddress(bot) ? "bots.commands.by_url" : "bots.commands.by_line")}</p>
      <Refused error={doing.error} />
      {editing && (
        <EditCommand
          {...editing}
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

/** Whether what is asked of it is sent to its address. */
const byAddress = ({ outgoing }: Bot): boolean =>
  outgoing !== null && (outgoing.kinds.length === 0 || outgoing.kinds.includes("interaction.made"));

interface LineProps {
  one: Slash;
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
      </div>
      <Button onClick={onChange} aria-label={t("bots.commands.change", { name: one.name })}>{t("bots.change")}</Button>
      <Button onClick={onRemove} aria-label={t("bots.commands.remove.of", { name: one.name })}>{t("bots.commands.remove")}</Button>
    </li>
  );
}

interface EditProps extends Editing {
  onClose: () => void;
  onSave: (commands: Slash[]) => Promise<void>;
}

function EditCommand({ group, command, onClose, onSave }: EditProps) {
  const [given, setGiven] = useState<Slash>(command ?? { name: "", hint: "", help: "" });
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const set = (change: Partial<Slash>) => setGiven({ ...given, ...change });
  const submit = async () => {
    const one = { name: given.name.trim().replace(/^\//, "").toLowerCase(), hint: given.hint.trim(), help: given.help.trim() };
    const others = group.commands.filter((other) => other.name !== command?.name);
    const found: Problems = {};
    if (one.name === "") found.name = t("common.required");
    else if (!NAME.test(one.name)) found.name = t("bots.command.name.wrong");
    else if (others.some((other) => other.name === one.name)) found.name = t("bots.command.name.twice");
    setProblems(found);
    if (any(found)) return focusProblem();
    const after = command ? group.commands.map((other) => (other.name === command.name ? one : other)) : [...group.commands, one];
    await doing.run(() => onSave(after));
  };
  return (
    <Dialog
      title={command ? t("bots.commands.change", { name: command.name }) : t("bots.commands.add")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>{t("common.save")}</Button>
        </>
      }
    >
      <Field
        label={t("bots.command.name")}
        hint={t("bots.command.name.hint")}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={NAME_LENGTH + 1}
        value={given.name}
        onInput={(name) => set({ name })}
        error={problems.name}
      />
      <Field label={t("bots.command.usage")} hint={t("bots.command.usage.hint")} optional autocomplete="off" maxLength={HINT} value={given.hint} onInput={(hint) => set({ hint })} />
      <Field label={t("bots.command.help")} hint={t("bots.command.help.hint")} optional autocomplete="off" maxLength={HELP} value={given.help} onInput={(help) => set({ help })} />
      <Refused error={doing.error} />
    </Dialog>
  );
}
