/// The one box: rooms and people by name while one types, messages on Enter. What opens it stands in open.tsx.

import { useEffect, useId, useState } from "preact/hooks";
import { go } from "../router";
import { useListing } from "../rooms/fetch";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { readAlong } from "../store/may";
import { roomName } from "../store/names";
import { entries, learn, people, type Home } from "../store/state";
import { t } from "../texts";
import { Avatar, Dialog, Icon, type IconName } from "../ui";
import type { Person, Room } from "../wire/views";
import { filter, fits } from "./query";
import { recent } from "./recent";

interface Choice {
  key: string;
  label: string;
  note?: string;
  icon?: IconName;
  person?: Person;
  run: () => void;
}

const ROOMS = 6;
const PEOPLE = 5;

export function FindDialog({ here, onClose }: { here: Home; onClose: () => void }) {
  const [q, setQ] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const elsewhere = useElsewhere(q.trim(), here);
  const choices = q.trim() ? found(q.trim(), here, elsewhere) : lately(here.me.id);
  const chosen = Math.min(at, choices.length - 1);
  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.run();
  };
  const key = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((chosen + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(choices[chosen]);
    }
  };
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <Dialog title={t("find.title")} onClose={onClose}>
      <div class="find-field">
        <Icon name="search" size={18} />
        <input
          // The box is opened to write in it.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autofocus
          class="input"
          type="text"
          role="combobox"
          aria-label={t("find.label")}
          aria-expanded={choices.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={choices.length > 0 ? `${id}-${chosen}` : undefined}
          aria-autocomplete="list"
          autocomplete="off"
          spellcheck={false}
          enterkeyhint="search"
          maxLength={300}
          placeholder={t("find.placeholder")}
          value={q}
          onInput={(event) => {
            setQ(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={key}
        />
      </div>
      {!q.trim() && choices.length > 0 && <p class="find-note" id={`${id}-note`}>{t("find.recent")}</p>}
      <div class="find-choices" role="listbox" id={`${id}-list`} aria-label={t(q.trim() ? "find.choices" : "find.recent")}>
        {choices.map((one, n) => (
          // Keys are handled where the focus is, in the field.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={one.key}
            id={`${id}-${n}`}
            role="option"
            tabIndex={-1}
            aria-selected={n === chosen}
            class="find-choice"
            onClick={() => take(one)}
            onPointerMove={() => setAt(n)}
          >
            {one.person ? <Avatar id={one.person.id} name={one.person.name} size="s" /> : <Icon name={one.icon ?? "search"} size={18} />}
            <span class="find-name">{one.label}</span>
            {one.note && <span class="find-side">{one.note}</span>}
          </div>
        ))}
      </div>
      <p class="find-note">{t("find.hint")}</p>
    </Dialog>
  );
}

interface Elsewhere {
  rooms: Room[];
  people: Person[];
}

/** Rooms one is not in and people one has not met, from the directories. */
function useElsewhere(q: string, here: Home): Elsewhere {
  const may = here.may.includes("directory") && q.length > 0;
  const { list } = useListing<Elsewhere>(may ? q : "", async () => {
    if (!may) return { items: [], next: null };
    const [rooms, persons] = await Promise.all([
      ask("directory.rooms", { q: q.slice(0, 100), limit: ROOMS }),
      ask("directory.people", { q: q.slice(0, 100), limit: PEOPLE * 2 }),
    ]);
    learn(persons.result.people);
    return { items: [{ rooms: rooms.result.rooms, people: persons.result.people }], next: null };
  });
  return (list.state === "ready" && list.items[0]) || { rooms: [], people: [] };
}

function found(q: string, here: Home, elsewhere: Elsewhere): Choice[] {
  const mine = [...entries.value.values()].filter((one) => one.me.state === "member");
  const named = mine.map((one) => ({ room: one.room, name: roomName(one.room, people.value, here.me.id) }));
  const rooms = named.filter((one) => fits(q, one.name)).slice(0, ROOMS);
  const others = elsewhere.rooms.filter((one) => !entries.value.has(one.id) && readAlong(one) && fits(q, one.name));
  const known = new Map([...elsewhere.people, ...people.value.values()].map((one) => [one.id, one]));
  const persons = [...known.values()].filter(
    (one) => one.id !== here.me.id && one.status === "active" && fits(q, one.name, one.username),
  );
  return [
    ...rooms.map(({ room, name }): Choice => ({ key: room.id, label: name, icon: room.access === "direct" ? "thread" : "door", run: () => go("r", room.id) })),
    ...others.slice(0, Math.max(0, ROOMS - rooms.length)).map((room): Choice => ({
      key: room.id, label: room.name, icon: "door", note: t("find.open_room"), run: () => go("r", room.id),
    })),
    ...persons.slice(0, PEOPLE).map((person): Choice => ({
      key: person.id, label: person.name, note: `@${person.username}`, person, run: () => void meet(person, here),
    })),
    { key: "messages", label: t("find.messages", { q }), icon: "search", run: () => go("find", q) },
  ];
}

/** The conversation with somebody; where there may be none, what they wrote. */
async function meet(person: Person, here: Home): Promise<void> {
  if (!here.may.includes("room.direct")) return go("find", filter("from", person.username));
  await attempt(ask("room.direct", { people: [person.id] }).then(({ result }) => go("r", result.room)));
}

const lately = (me: string): Choice[] =>
  recent(me).finds.map((q) => ({ key: q, label: q, icon: "clock", run: () => go("find", q) }));
