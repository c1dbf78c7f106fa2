/// The contents page: rooms, conversations, what waits for an answer, threads one follows.
/// Quiet by design: an unread room is darker and has a number; only a mention is filled.

import { useEffect, useRef, useState } from "preact/hooks";
import { NewDirect, OpenRoomDialog } from "../parts";
import { go, href, place } from "../router";
import { LeaveVisit, visitUntil } from "../guests/leave";
import { signOut } from "../session";
import { outbox, reloadOverview } from "../store/client";
import { roomName, type People } from "../store/names";
import { quietOf } from "../store/quiet";
import { entries, followed, home, people, type Home } from "../store/state";
import { unreadOf } from "../store/unread";
import { untilWhen } from "../sanctions/when";
import { t, type Key } from "../texts";
import { Avatar, Confirm, EmptyState, FailedState, Icon, Loading, MenuButton, remark, type MenuItem } from "../ui";
import { say } from "../net/error";
import type { RoomEntry } from "../wire/views";
import { FindButton } from "../find/open";

export function RoomList() {
  const here = home.value;
  return (
    <nav class="room-list" aria-label={t("rooms.nav")}>
      {here.state === "loading" && <Loading />}
      {here.state === "failed" && <FailedState error={here.error} retry={() => void reloadOverview()} />}
      {here.state === "ready" && <Contents here={here} />}
    </nav>
  );
}

function Contents({ here }: { here: Home }) {
  const [dialog, open] = useState<"room" | "direct" | null>(null);
  const sections = sorted([...entries.value.values()], people.value, here.me.id);
  const [where, at] = place.value;
  const body = useRef<HTMLDivElement>(null);
  const listed = entries.value.has(at ?? "");
  // Whoever came by a link or by Find sees where that is among all the others; what was clicked is in sight.
  useEffect(() => {
    if (where === "r") body.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  }, [where, at, listed]);
  const items: MenuItem[] = [];
  if (here.may.includes("room.open")) items.push({ label: t("rooms.new.room"), icon: "door", run: () => open("room") });
  if (here.may.includes("room.direct")) items.push({ label: t("rooms.new.direct"), icon: "people", run: () => open("direct") });
  const close = () => open(null);
  return (
    <>
      <header class="list-head">
        <h1>
          <a href={href()}>{here.community.name}</a>
        </h1>
        {items.length > 0 && <MenuButton icon="plus" label={t("rooms.new")} items={items} />}
      </header>
      <FindButton />
      <div ref={body} class="list-body">
        {entries.value.size === 0 && <NoRooms guest={here.me.role === "guest"} />}
        <Threads />
        {sections.map(({ title, rooms }) => (
          <section key={title} class="list-section">
            <h2>{t(title)}</h2>
            <ul>
              {rooms.map(({ entry, name }) => (
                <Line key={entry.room.id} entry={entry} name={name} me={here.me.id} here={where === "r" && at === entry.room.id} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <footer class="list-foot">
        {here.may.includes("directory") && (
          <a class="list-browse" href={href("rooms")} aria-current={where === "rooms" ? "page" : undefined}>
            <Icon name="compass" /> {t("rooms.browse")}
          </a>
        )}
        {here.coordinates > 0 && (
          <a class="list-browse" href={href("pairs")} aria-current={where === "pairs" ? "page" : undefined}>
            <Icon name="people" /> {t("pairs.link")}
          </a>
        )}
        <Me here={here} />
      </footer>
      {dialog === "room" && <OpenRoomDialog onClose={close} />}
      {dialog === "direct" && <NewDirect onClose={close} />}
    </>
  );
}

interface Named {
  entry: RoomEntry;
  name: string;
}

interface Sorted {
  title: Key;
  rooms: Named[];
}

const ALPHABET = new Intl.Collator();

/** Rooms by name, conversations by the last word. Empty sections are left out. */
function sorted(all: RoomEntry[], names: People, me: string): Sorted[] {
  const named = all.map((entry): Named => ({ entry, name: roomName(entry.room, names, me) }));
  const direct = named.filter(({ entry }) => entry.room.access === "direct");
  const rooms = named.filter(({ entry }) => entry.room.access !== "direct").toSorted((a, b) => ALPHABET.compare(a.name, b.name));
  const inside = rooms.filter(({ entry }) => entry.me.state === "member");
  const sections: Sorted[] = [
    { title: "rooms.section.waiting", rooms: rooms.filter(({ entry }) => entry.me.state !== "member") },
    { title: "rooms.section.rooms", rooms: inside.filter(({ entry }) => !entry.room.archived) },
    { title: "rooms.section.direct", rooms: direct.toSorted((a, b) => b.entry.last_at.localeCompare(a.entry.last_at)) },
    { title: "rooms.section.archived", rooms: inside.filter(({ entry }) => entry.room.archived) },
  ];
  return sections.filter((one) => one.rooms.length > 0);
}

/** Drawn again only when something about it has changed: there may be hundreds. */
function Line({ entry, name, me, here }: Named & { me: string; here: boolean }) {
  const { room } = entry;
  const all = unreadOf(entry);
  const quiet = quietOf("room", room.id);
  // A muted room is never darker; a mention is shown where one chose so.
  const unread = quiet ? { count: 0, mentions: quiet.mentions ? all.mentions : 0 } : all;
  const other = room.access === "direct" ? room.direct.find((id) => id !== me) : undefined;
  const waiting = entry.me.state === "invited" ? "rooms.invited" : entry.me.state === "requested" ? "rooms.requested" : undefined;
  return (
    <li>
      <a class={unread.count ? "list-line list-unread" : "list-line"} href={href("r", room.id)} aria-current={here ? "page" : undefined}>
        {other && <Avatar id={other} name={people.value.get(other)?.name ?? "?"} size="s" />}
        <span class="list-name">{name}</span>
        {room.access === "invite" && <Icon name="lock" size={14} />}
        {waiting && <span class="list-state">{t(waiting)}</span>}
        {quiet && <Icon name="bellOff" size={14} />}
        {quiet && <span class="visually-hidden">{t("quiet.room.is")}</span>}
        {unread.count + unread.mentions > 0 && <Badge count={unread.count} mentions={unread.mentions} />}
      </a>
    </li>
  );
}

function Badge({ count, mentions }: { count: number; mentions: number }) {
  return (
    <span class="badges">
      {mentions > 0 && (
        <span class="badge badge-mention" data-mentions={mentions}>
          <span aria-hidden="true">@{mentions > 1 ? mentions : ""}</span>
          <span class="visually-hidden">{t("rooms.mentions", { count: mentions })}</span>
        </span>
      )}
      {count > 0 && (
        <span class="badge" data-unread={count}>
          <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
          <span class="visually-hidden">{t("rooms.unread", { count })}</span>
        </span>
      )}
    </span>
  );
}

function Threads() {
  const all = followed.value.filter((one) => one.unread > 0);
  if (all.length === 0) return null;
  return (
    <section class="list-section">
      <h2>{t("rooms.section.threads")}</h2>
      <ul>
        {all.map((one) => (
          <li key={one.thread}>
            <a class="list-line list-unread" href={href("r", one.room, "t", one.thread)}>
              <Icon name="thread" size={16} />
              <span class="list-name">{one.title || t("thread.title")}</span>
              <Badge count={one.unread} mentions={0} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoRooms({ guest }: { guest: boolean }) {
  return (
    <EmptyState title={t("rooms.empty.title")}>{t(guest ? "rooms.empty.guest" : "rooms.empty.body")}</EmptyState>
  );
}

function Me({ here }: { here: Home }) {
  const [asking, ask] = useState(0);
  const leave = async () => {
    const waiting = outbox?.posts.peek().filter((one) => one.seq === undefined).length ?? 0;
    if (waiting > 0) return ask(waiting);
    await signOut().catch((error: unknown) => remark(say(error), "error"));
  };
  const [leaving, end] = useState(false);
  const visit = visitUntil();
  const keeps = here.me.role === "owner" || here.me.role === "admin";
  const items: MenuItem[] = [
    { label: t("me.settings"), icon: "settings", run: () => (visit ? go("settings", "quiet") : go("settings")) },
    ...(keeps ? [{ label: t("me.keep"), icon: "people", run: () => go("people") } as const] : []),
    visit
      ? { label: t("visit.leave"), icon: "logout", run: () => end(true) }
      : { label: t("me.sign_out"), icon: "logout", run: () => void leave() },
  ];
  return (
    <div class="list-me">
      <Avatar id={here.me.id} name={here.me.name} size="s" />
      <span class="list-name">
        {here.me.name}
        {visit && <small class="list-visit">{t("visit.me", { until: untilWhen(visit, Date.now()) })}</small>}
      </span>
      <MenuButton icon="more" label={t("me.menu", { name: here.me.name })} items={items} />
      {leaving && <LeaveVisit onClose={() => end(false)} />}
      {asking > 0 && (
        <Confirm title={t("me.sign_out")} action={t("me.sign_out")} danger onConfirm={signOut} onClose={() => ask(0)}>
          <p>{t("me.sign_out.waiting", { count: asking })}</p>
        </Confirm>
      )}
    </div>
  );
}
