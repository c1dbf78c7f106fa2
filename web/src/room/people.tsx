/// Who is in the room: those here now first, with their roles; requests; and what facilitators do about people.

import { useState } from "preact/hooks";
import { href } from "../router";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { standsAbove } from "../store/may";
import { handleOf, isVisitor } from "../store/names";
import { refreshMembers } from "../store/rooms";
import { home, type OpenRoom } from "../store/state";
import { GiveDialog } from "../sanctions/give";
import { t } from "../texts";
import { Avatar, Button, IconButton, MenuButton, type MenuItem } from "../ui";
import type { Here, Member, Person, RoomRole } from "../wire/views";
import { NameButton } from "./card";
import { useRoom, type RoomContext } from "./context";
import { direct } from "./direct";
import { InviteDialog } from "./invite";
import { Everyone, MANY } from "./members";
import { Panel } from "./panel";
import { ReportDialog } from "./report";
import { quietItems } from "./unheard";

export function PeoplePanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const [asking, ask_] = useState<string | "invite" | null>(null);
  const [reporting, report] = useState<string | null>(null);
  const { snapshot, desk } = open;
  const { members } = snapshot;
  // While somebody's menu is open nobody changes places: the menu would go with the line.
  const [still, hold] = useState<typeof snapshot.online | null>(null);
  const online = still ?? snapshot.online;
  const byName = (a: Member, b: Member) => room.name(a.person).localeCompare(room.name(b.person));
  const inside = members.filter((one) => one.state === "member").toSorted(byName);
  const here = inside.filter((one) => online[one.person]);
  const away = inside.filter((one) => !online[one.person]);
  const invited = members.filter((one) => one.state === "invited").toSorted(byName);
  const line = (one: Member) => <Line key={one.person} member={one} here={online[one.person]} room={room} onMenu={(shown) => hold(shown ? online : null)} onRemove={() => ask_(one.person)} onReport={() => report(one.person)} />;
  const large = snapshot.room.member_count > MANY;
  const manage = room.may.manage && !snapshot.room.archived && snapshot.room.access !== "direct";
  return (
    <Panel
      room={snapshot.room.id}
      title={t("room.people")}
      actions={manage && <IconButton icon="plus" label={t("room.invite")} onClick={() => ask_("invite")} />}
    >
      <div class="margin-body people">
        {(desk?.requests.length ?? 0) > 0 && <Requests open={open} />}
        {snapshot.room.options.coordinator && (
          <p class="people-note">{t("kind.coordinated", { name: room.name(snapshot.room.options.coordinator) })}</p>
        )}
        <Group title={t("members.here")} list={(large ? here.slice(0, MANY) : here).map(line)} />
        {large ? <Everyone open={open} line={line} /> : <Group title={t("members.away")} list={away.map(line)} />}
        <BotsHere room={room} list={inside} />
        <Group title={t("members.invited")} list={invited.map(line)} />
      </div>
      {asking === "invite" && <InviteDialog open={open} name={snapshot.room.name} onClose={() => ask_(null)} />}
      {asking !== null && asking !== "invite" && <GiveDialog room={snapshot.room.id} person={asking} name={room.name(asking)} inside onClose={() => ask_(null)} />}
      {reporting !== null && (
        <ReportDialog target={reportOf(reporting, snapshot.room)} name={room.name(reporting)} onClose={() => report(null)} />
      )}
    </Panel>
  );
}

/** Which bots are here, and the way to what each of them reads. */
function BotsHere({ room, list }: { room: RoomContext; list: Member[] }) {
  const names = list.filter((one) => room.people.get(one.person)?.role === "bot").map((one) => room.name(one.person));
  if (names.length === 0 || room.room.access === "direct") return null;
  return (
    <p class="people-note">
      <a href={href("r", room.room.id, "bots")}>{t("bots.here", { names: new Intl.ListFormat("en").format(names) })}</a>
    </p>
  );
}

/** In a private conversation there is nobody of the room to look: the person is reported as such. */
const reportOf = (person: string, room: OpenRoom["snapshot"]["room"]) =>
  room.access === "direct" ? { person } : { person, room: room.id };

function Group({ title, list }: { title: string; list: preact.ComponentChild[] }) {
  if (list.length === 0) return null;
  return (
    <section class="people-group">
      <h3>
        {title} <span>{list.length}</span>
      </h3>
      <ul>{list}</ul>
    </section>
  );
}

interface LineProps {
  member: Member;
  here: Here | undefined;
  room: RoomContext;
  onMenu: (shown: boolean) => void;
  onRemove: () => void;
  onReport: () => void;
}

function Line({ member, here, room, onMenu, onRemove, onReport }: LineProps) {
  const person = room.people.get(member.person);
  const name = room.name(member.person);
  const items = memberItems(member, name, room, { onRemove, onReport });
  return (
    <li class="person" data-person={member.person}>
      <Avatar id={member.person} name={name} here={here} />
      <div class="person-text">
        <span class="person-name">
          <NameButton id={member.person}>{name}</NameButton> {member.person === room.me && <small>({t("common.you")})</small>}
        </span>
        <span class="person-small">
          {[
            handleOf(person),
            person?.pronouns ?? "",
            member.role === "member" ? "" : t(`room_role.${member.role}`),
            person?.role === "bot" ? t("role.bot") : "",
            isVisitor(person) ? t("role.guest") : "",
            here === "idle" ? t("members.idle") : "",
          ].filter(Boolean).join(" · ")}
        </span>
      </div>
      {items.length > 0 && <MenuButton icon="more" label={t("members.actions", { name })} items={items} onToggle={onMenu} />}
    </li>
  );
}

const ROLES: RoomRole[] = ["facilitator", "member", "observer"];

function memberItems(member: Member, name: string, room: RoomContext, { onRemove, onReport }: Pick<LineProps, "onRemove" | "onReport">): MenuItem[] {
  const id = room.room.id;
  const items: MenuItem[] = [];
  const here = home.peek();
  const mayWrite = here.state === "ready" && here.may.includes("room.direct");
  const guest = room.people.get(member.person)?.role === "guest";
  if (member.person !== room.me && mayWrite && !guest && room.room.access !== "direct") {
    items.push({ label: t("members.direct", { name }), icon: "thread", run: () => void direct(member.person) });
  }
  const other = member.person !== room.me && member.state === "member";
  if (other) items.push(...quietItems(member.person, name));
  const flag: MenuItem[] = other ? [{ label: t("report.person", { name }), icon: "flag", run: onReport }] : [];
  if (!room.may.manage || room.room.access === "direct") return [...items, ...flag];
  if (member.state === "invited") {
    const run = () => void attempt(ask("room.decline", { room: id, person: member.person }).then(() => refreshMembers(id)));
    return [...items, { label: t("members.uninvite"), icon: "close", run }];
  }
  for (const role of ROLES) {
    if (role === member.role || (guest && role === "facilitator")) continue;
    const run = () => void attempt(ask("room.role", { room: id, person: member.person, role }));
    items.push({ label: t(`members.make.${role}`), icon: role === "observer" ? "eye" : "people", run });
  }
  items.push(...flag);
  if (isVisitor(room.people.get(member.person)) && room.may.facilitate) items.push({ label: t("guests.end_visit"), icon: "logout", href: href("r", id, "desk", "guests") });
  const mine: [Person | undefined, string] = [room.people.get(room.me), room.facilitators.has(room.me) ? "facilitator" : ""];
  if (other && standsAbove(mine, [room.people.get(member.person), member.role])) items.push({ label: t("give.open"), icon: "desk", danger: true, run: onRemove });
  return items;
}

function Requests({ open }: { open: OpenRoom }) {
  const room = open.snapshot.room.id;
  const answer = (type: "room.admit" | "room.decline", person: string) => () => void attempt(ask(type, { room, person }));
  return (
    <section class="people-group">
      <h3>{t("members.requests")}</h3>
      <ul>
        {open.desk?.requests.map(({ person }) => (
          <li key={person.id} class="person person-asks">
            <Avatar id={person.id} name={person.name} />
            <div class="person-text">
              <span class="person-name">{person.name}</span>
              <span class="person-small">@{person.username}</span>
            </div>
            <Button onClick={answer("room.decline", person.id)}>{t("members.decline")}</Button>
            <Button kind="primary" onClick={answer("room.admit", person.id)}>{t("members.admit")}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
