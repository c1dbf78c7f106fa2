/// Completing names after an @: the people of the room, `room` and `facilitators`.
/// The text keeps the focus (a text field may not be a combobox by role), the arrows move in the list.

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { atCaret, type Pick } from "../markup/compose";
import { peekRoom } from "../store/state";
import { t } from "../texts";
import { Avatar } from "../ui";
import type { RoomContext } from "./context";

interface Option extends Pick {
  /** Name or username begin with, or contain, what was typed. */
  words: string[];
  note: string;
}

export interface Completion {
  list: ComponentChildren;
  attributes: Record<string, string | boolean | undefined>;
  look: () => void;
  close: () => void;
  /** True when the key was for the list. */
  key: (event: KeyboardEvent) => boolean;
}

const MOST = 8;

export function useCompletion(
  area: { current: HTMLTextAreaElement | null },
  room: RoomContext,
  text: string,
  choose: (text: string, pick: Pick, caret: number) => void,
): Completion {
  const id = useId();
  const [typed, setTyped] = useState<{ start: number; query: string } | undefined>();
  const [at, setAt] = useState(0);
  const found = typed ? matches(options(room), typed.query) : [];
  const open = found.length > 0;
  const close = () => setTyped(undefined);
  const look = () => {
    const element = area.current;
    if (!element) return;
    setTyped(atCaret(element.value, element.selectionStart));
    setAt(0);
  };
  const take = (option: Option) => {
    const element = area.current;
    if (!typed || !element) return;
    const end = typed.start + 1 + typed.query.length;
    const name = `@${option.label} `;
    choose(text.slice(0, typed.start) + name + text.slice(end).replace(/^ /, ""), option, typed.start + name.length);
    close();
  };
  const key = (event: KeyboardEvent): boolean => {
    const chosen = found[at];
    if (!open || !chosen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + found.length) % found.length);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const list = open && (
    <div id={id} class="completion" role="listbox" aria-label={t("composer.people")}>
      {found.map((one, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the text field's
        <div
          key={one.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(one)}
        >
          {one.id.startsWith("p_") && <Avatar id={one.id} name={one.label} size="s" />}
          <span>{one.label}</span>
          <span class="completion-note">{one.note}</span>
        </div>
      ))}
    </div>
  );
  return {
    list,
    look,
    close,
    key,
    attributes: {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": open ? id : undefined,
      "aria-activedescendant": open ? `${id}-${at}` : undefined,
    },
  };
}

function options(room: RoomContext): Option[] {
  const people = (peekRoom(room.room.id)?.snapshot.members ?? [])
    .map((one) => room.people.get(one.person))
    .filter((one) => one !== undefined && one.id !== room.me && one.status === "active")
    .map((one) => one as NonNullable<typeof one>)
    .map((one) => ({ id: one.id, label: room.mentioned.label(one.id), words: [one.name, ...one.name.split(/\s+/), one.username], note: `@${one.username}` }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  if (room.room.access === "direct") return people;
  return [
    ...people,
    { id: "room", label: "room", words: ["room"], note: t("composer.room") },
    { id: "facilitators", label: "facilitators", words: ["facilitators"], note: t("composer.facilitators") },
  ];
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function matches(all: Option[], query: string): Option[] {
  const wanted = plain(query);
  return all.filter((one) => one.words.some((word) => plain(word).startsWith(wanted))).slice(0, MOST);
}
