/// Who somebody is: their name is a button that shows what they say of themselves, and what time it is with them.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { handleOf, nameOf } from "../store/names";
import { home } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, Dialog } from "../ui";
import type { Person } from "../wire/views";
import { useRoom } from "./context";
import { direct } from "./direct";
import { clockThere } from "./times";

interface NameProps {
  id: string;
  children: ComponentChildren;
}

/** A name; pressed, it says who that is. Of a deleted account nothing is left to say. */
export function NameButton({ id, children }: NameProps) {
  const room = useRoom();
  const [open, setOpen] = useState(false);
  const person = room.people.get(id);
  if (!person || person.status === "deleted") return <>{children}</>;
  return (
    <>
      <button type="button" class="name-button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {children}
      </button>
      {open && <PersonCard person={person} me={room.me} direct={room.room.access === "direct"} onClose={() => setOpen(false)} />}
    </>
  );
}

interface CardProps {
  person: Person;
  me: string;
  /** In a direct room one is writing to them already. */
  direct: boolean;
  onClose: () => void;
}

function PersonCard({ person, me, direct: talking, onClose }: CardProps) {
  const here = home.value;
  const room = useRoom();
  const may = here.state === "ready" && here.may.includes("room.direct");
  const there = person.time_zone ? clockThere(Date.now(), person.time_zone) : null;
  const write = () => {
    onClose();
    void direct(person.id);
  };
  return (
    <Dialog
      title={nameOf(room.people, person.id)}
      onClose={onClose}
      actions={
        person.id !== me && may && !talking && person.role !== "bot" && person.role !== "guest" ? (
          <Button kind="primary" onClick={write}>
            {t("members.direct", { name: person.name })}
          </Button>
        ) : undefined
      }
    >
      <div class="card-person">
        <Avatar id={person.id} name={person.name} size="l" />
        <div class="card-person-text">
          <p class="card-person-small">{[handleOf(person), person.pronouns, t(`role.${person.role}`)].filter(Boolean).join(" · ")}</p>
          {there && <p class="card-person-small">{t("card.time", { time: there })}</p>}
        </div>
      </div>
      {person.bio ? <p class="card-person-bio">{person.bio}</p> : <p class="card-person-small">{t("card.no_bio")}</p>}
    </Dialog>
  );
}
