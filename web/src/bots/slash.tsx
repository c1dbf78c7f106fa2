/// Commands of bots in the composer: a text that begins with a slash is for a bot, and is never posted unasked.

import { signal } from "@preact/signals";
import { useEffect, useId, useState } from "preact/hooks";
import { ask } from "../store/ask";
import { learn } from "../store/state";
import { t } from "../texts";
import { Button, Icon } from "../ui";
import type { RoomBot, Slash } from "../wire/bots";
import { asked, runSlash, slashKey } from "../store/asking";
import { Silence } from "./blocks";

export interface Offered extends Slash {
  bot: string;
  by: string;
}

const known = signal<ReadonlyMap<string, { at: number; bots: RoomBot[] }>>(new Map());
const FRESH = 30_000;
const MOST = 8;

/** The bots of a room, as of a moment ago. */
export function roomBots(room: string): RoomBot[] | undefined {
  return known.value.get(room)?.bots;
}

export async function fetchBots(room: string, force = false): Promise<void> {
  if (!force && Date.now() - (known.peek().get(room)?.at ?? 0) < FRESH) return;
  const { result } = await ask("room.bots", { room });
  learn(result.bots.map((one) => one.person));
  known.value = new Map(known.value).set(room, { at: Date.now(), bots: result.bots });
}

/** `/name rest`, or undefined for a text that is no command. */
export function slashed(text: string): { name: string; rest: string } | undefined {
  const found = /^\/([\p{L}\d_-]*)(?:\s+([\s\S]*))?$/u.exec(text);
  return found ? { name: (found[1] ?? "").toLowerCase(), rest: found[2] ?? "" } : undefined;
}

export const offered = (bots: RoomBot[]): Offered[] =>
  bots.flatMap((one) => one.commands.map((command) => ({ ...command, bot: one.person.id, by: one.person.name })));

export interface SlashState {
  list: preact.ComponentChildren;
  attributes: Record<string, string | boolean | undefined>;
  open: boolean;
  key: (event: KeyboardEvent) => boolean;
  /** True when the text was a command: it ran, or the reader is asked what they meant. */
  send: () => boolean;
}

export function useSlash(room: string, thread: string | null, text: string, change: (text: string) => void, post: () => void): SlashState {
  const id = useId();
  const [at, setAt] = useState(0);
  const [closed, close] = useState("");
  const [unknown, setUnknown] = useState("");
  const [bot, setBot] = useState("");
  const wanted = slashed(text);
  const begun = wanted !== undefined;
  useEffect(() => {
    if (begun) void fetchBots(room).catch(() => undefined);
  }, [begun, room]);
  const here = roomBots(room);
  const all = offered(here ?? []);
  const choosing = begun && !text.includes(" ") && closed !== text;
  const found = choosing ? all.filter((one) => one.name.startsWith(wanted.name)).slice(0, MOST) : [];
  const exact = begun ? all.find((one) => one.name === wanted.name) : undefined;
  const open = found.length > 0;
  const take = (one: Offered) => {
    change(`/${one.name} `);
    setAt(0);
  };
  const key = (event: KeyboardEvent): boolean => {
    const chosen = found[Math.min(at, found.length - 1)];
    if (!open || !chosen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + found.length) % found.length);
    else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && chosen.name !== wanted?.name)) take(chosen);
    else if (event.key === "Escape") close(text);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const run = (one: Offered, rest: string) => {
    setBot(one.bot);
    void runSlash({ room, name: one.name, text: rest, bot: one.bot, ...(thread ? { thread } : {}) });
    change("");
  };
  const send = (): boolean => {
    if (!wanted) return false;
    if (exact) run(exact, wanted.rest);
    else setUnknown(text);
    return true;
  };
  const list = (
    <>
      {open && <Choices id={id} found={found} at={at} onTake={take} />}
      {!open && exact && <Help command={exact} />}
      {choosing && here && !open && !exact && unknown !== text && (
        <p class="slash-note" role="status">{t(all.length === 0 ? "slash.none" : "slash.no_match")}</p>
      )}
      {unknown !== "" && unknown === text && (
        <div class="slash-note" role="alert">
          <span>{t("slash.unknown", { name: wanted?.name ?? "" })}</span>
          <Button kind="quiet" onClick={post}>{t("slash.post")}</Button>
        </div>
      )}
      <Waiting room={room} thread={thread} bot={bot} />
    </>
  );
  return {
    list,
    open,
    key,
    send,
    attributes: {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": open ? id : undefined,
      "aria-activedescendant": open ? `${id}-${at}` : undefined,
    },
  };
}

function Choices({ id, found, at, onTake }: { id: string; found: Offered[]; at: number; onTake: (one: Offered) => void }) {
  return (
    <div id={id} class="completion slash-list" role="listbox" aria-label={t("slash.list")}>
      {found.map((one, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the text field's
        <div
          key={`${one.bot} ${one.name}`}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(one)}
        >
          <span class="slash-name">/{one.name}</span>
          <span class="slash-help">{one.help || one.hint}</span>
          <span class="completion-note">{one.by}</span>
        </div>
      ))}
    </div>
  );
}

function Help({ command }: { command: Offered }) {
  return (
    <p class="slash-note">
      <span class="slash-name">/{command.name}</span> {command.hint && <em>{command.hint}</em>}{" "}
      {command.help && <span>{command.help}</span>} <span class="slash-by">{t("slash.by", { name: command.by })}</span>
    </p>
  );
}

function Waiting({ room, thread, bot }: { room: string; thread: string | null; bot: string }) {
  const mark = slashKey(room, thread);
  if (asked.value.get(mark)?.state === "waiting") {
    return (
      <p class="slash-note" role="status">
        <Icon name="wait" size={13} /> {t("slash.waiting")}
      </p>
    );
  }
  return <Silence mark={mark} bot={bot} />;
}
