/// How people and rooms are called here. Two people of one name are told apart by their usernames. Pure.

import { t } from "../texts";
import type { Member, Person, Room } from "../wire/views";

export type People = ReadonlyMap<string, Person>;

export function nameOf(people: People, id: string): string {
  const person = people.get(id);
  if (!person) return t("person.unknown");
  if (person.status === "deleted") return t("person.deleted");
  // Wherever a guest is named it is said that they are one: whose name they took is nobody's guess.
  return person.role === "guest" ? t("person.as_guest", { name: person.name }) : person.name;
}

/** What else tells somebody apart; of a guest who came by a pass it says nothing. */
export const handleOf = (person: Person | undefined): string =>
  person && !isVisitor(person) ? `@${person.username}` : "";

/** Whoever came by a guest pass is called so by the server. */
export const isVisitor = (person: Person | undefined): boolean =>
  person?.role === "guest" && /^guest-[0-9a-z]{8}$/.test(person.username);

const fold = (name: string): string => name.trim().toLocaleLowerCase();

/** The ids among `members` whose shown name somebody else there has as well. */
export function twins(people: People, members: readonly Pick<Member, "person">[]): ReadonlySet<string> {
  const byName = new Map<string, string[]>();
  for (const { person } of members) {
    const name = fold(nameOf(people, person));
    byName.set(name, [...(byName.get(name) ?? []), person]);
  }
  return new Set([...byName.values()].filter((ids) => ids.length > 1).flat());
}

/** A room's name; a direct room is called by the others in it. */
export function roomName(room: Pick<Room, "name" | "access" | "direct">, people: People, me: string): string {
  if (room.access !== "direct") return room.name;
  const others = room.direct.filter((id) => id !== me).map((id) => nameOf(people, id));
  if (others.length === 0) return t("room.just_you");
  return new Intl.ListFormat("en", { style: "short", type: "conjunction" }).format(others);
}
