/// The head of a room: its name and purpose, who is here, the pins, and everything that is done to a room.

import { useState } from "preact/hooks";
import { ChangeRoomDialog, InviteDialog, LockDialog, NotifyDialog, ReportDialog } from "../parts";
import { go, href, place } from "../router";
import { ask } from "../store/ask";
import { reloadOverview } from "../store/client";
import { attempt, copy } from "../store/actions";
import { muteRoom, quietOf } from "../store/quiet";
import { readAll } from "../store/reading";
import { waitingAt } from "../store/desk";
import { entries, myId, type OpenRoom } from "../store/state";
import { unreadOf } from "../store/unread";
import { t, type Key } from "../texts";
import { Confirm, Icon, IconButton, MenuButton, remark, type MenuItem } from "../ui";
import type { Room } from "../wire/views";
import { kindName, kindOf } from "../rooms/kinds";
import { toolItems, ToolLinks } from "../tools";
import { useRoom, type RoomContext } from "./context";

type Asking = "leave" | "archive" | "settings" | "invite" | "report" | "lock" | "notify" | null;

export function Head({ open, name }: { open: OpenRoom; name: string }) {
  const room = useRoom();
  const { snapshot } = open;
  const [asking, ask_] = useState<Asking>(null);
  const close = () => ask_(null);
  const id = snapshot.room.id;
  return (
    <header class="room-head">
      <IconButton icon="back" label={t("common.back")} class="room-back" onClick={() => go()} />
      <div class="room-title">
        <h1>{name}</h1>
        <Under open={open} />
      </div>
      <ToolLinks open={open} />
      <People open={open} />
      {room.may.facilitate && open.desk && <Desk open={open} />}
      {snapshot.pins.length > 0 && (
        <a class="head-link head-pins" href={href("r", id, "pins")} aria-current={place.value[2] === "pins" ? "true" : undefined} aria-label={`${t("room.pins")}: ${snapshot.pins.length}`}>
          <Icon name="pin" size={18} /> {snapshot.pins.length}
        </a>
      )}
      <MenuButton icon="more" label={t("room.more")} items={items(open, room, ask_)} />
      {asking === "settings" && <ChangeRoomDialog room={snapshot.room} onClose={close} />}
      {asking === "invite" && <InviteDialog open={open} name={name} onClose={close} />}
      {asking === "report" && <ReportDialog target={{ room: id }} name={name} onClose={close} />}
      {asking === "notify" && <NotifyDialog room={snapshot.room} onClose={close} />}
      {asking === "lock" && <LockDialog room={id} name={name} onClose={close} />}
      {asking === "leave" && <Leave open={open} name={name} onClose={close} />}
      {asking === "archive" && <Archive id={id} name={name} onClose={close} />}
    </header>
  );
}

/** Whether only facilitators write now; the end is compared with the clock. */
function isLocked({ locked }: Room): boolean {
  if (!locked) return false;
  return locked.until === null || Date.parse(locked.until) > Date.now();
}

function Under({ open }: { open: OpenRoom }) {
  const { room } = open.snapshot;
  const kind = room.kind === "conversation" ? "" : kindName(room.kind);
  const keeps = room.keep_days === null ? "" : t("room.keeps", { count: room.keep_days });
  const words = [room.archived ? t("room.archived") : "", isLocked(room) ? t("lock.chip") : "", kind, keeps, room.purpose].filter(Boolean).join(" · ");
  const title = [room.purpose, room.keep_days === null ? "" : t("room.keeps.long", { count: room.keep_days })].filter(Boolean).join("\n");
  return words ? <p title={title}>{words}</p> : null;
}

function People({ open }: { open: OpenRoom }) {
  const { snapshot, onlineCount } = open;
  const here = Math.max(onlineCount, Object.keys(snapshot.online).length);
  const label = `${t("room.people.count", { count: snapshot.room.member_count })}, ${t("room.people.here", { count: here })}`;
  return (
    <a class="head-link" href={href("r", snapshot.room.id, "people")} aria-label={label} title={label} aria-current={place.value[2] === "people" ? "true" : undefined}>
      <Icon name="people" size={18} />
      <span class="head-words">{t("room.people.here", { count: here })}</span>
    </a>
  );
}

/** The way to the facilitators' desk, and how much waits there. */
function Desk({ open }: { open: OpenRoom }) {
  const count = waitingAt(open.desk, myId());
  const label = t("desk.open", { count });
  return (
    <a class={count > 0 ? "head-link" : "head-link head-quiet"} href={href("r", open.snapshot.room.id, "desk")} aria-label={label} title={label}>
      <Icon name="desk" size={18} />
      {count > 0 && <span class="badge badge-mention">{count}</span>}
    </a>
  );
}

function items(open: OpenRoom, { may }: RoomContext, asking: (what: Asking) => void): MenuItem[] {
  const { room, me } = open.snapshot;
  const entry = entries.peek().get(room.id);
  const direct = room.access === "direct";
  const link = `${location.origin}/${href("r", room.id)}`;
  const all: (MenuItem | false)[] = [
    entry !== undefined && unreadOf(entry).count > 0 && { label: t("room.read_all"), icon: "check", run: () => void attempt(readAll(room.id)) },
    { label: t("room.people"), icon: "people", href: href("r", room.id, "people") },
    !direct && { label: t("bots.room"), icon: "round", href: href("r", room.id, "bots") },
    { label: t("room.pins"), icon: "pin", href: href("r", room.id, "pins") },
    me?.state === "member" && { label: t("planned.title"), icon: "clock", href: href("r", room.id, "reminders") },
    ...toolItems(open),
    may.facilitate && open.desk !== undefined && { label: t("desk.title"), icon: "desk", href: href("r", room.id, "desk") },
    may.facilitate && open.desk !== undefined && !room.archived && kindOf(room.kind).guests && { label: t("guests.make"), icon: "door", href: href("r", room.id, "desk", "guests") },
    may.manage && !direct && !room.archived && { label: t("room.invite"), icon: "plus", run: () => asking("invite") },
    may.manage && !direct && !room.archived && { label: t("room.settings"), icon: "settings", run: () => asking("settings") },
    me?.state === "member" && { label: t("notify.tab"), icon: "bell", run: () => asking("notify") },
    ...(me?.state === "member" ? muting(room.id) : []),
    may.manage && !direct && !room.archived && (isLocked(room)
      ? { label: t("lock.unlock"), icon: "lock", run: () => void attempt(ask("room.unlock", { room: room.id }).then(() => remark(t("lock.undone"), "good"))) }
      : { label: t("lock.lock"), icon: "lock", run: () => asking("lock") }),
    { label: t("room.copy"), icon: "link", run: () => void copy(link, t("room.copied"), t("message.copy.failed", { link })) },
    may.manage && !direct && (room.archived
      ? { label: t("room.restore"), icon: "archive", run: () => void attempt(ask("room.restore", { room: room.id })) }
      : { label: t("room.archive"), icon: "archive", run: () => asking("archive") }),
    direct && { label: t("report.direct"), icon: "flag", run: () => asking("report") },
    !direct && me?.state === "member" && { label: t("room.leave"), icon: "logout", danger: true, run: () => asking("leave") },
  ];
  return all.filter((one) => one !== false);
}

function muting(id: string): MenuItem[] {
  const now = quietOf("room", id);
  const item = (label: Key, muted: boolean, mentions: boolean): MenuItem => ({
    label: t(label), icon: muted ? "bellOff" : "bell", run: () => void muteRoom(id, muted, mentions),
  });
  if (now) return [item("quiet.room.unmute", false, false)];
  return [item("quiet.room.mute", true, false), item("quiet.room.mentions", true, true)];
}

function Leave({ open, name, onClose }: { open: OpenRoom; name: string; onClose: () => void }) {
  const { room } = open.snapshot;
  const leave = async () => {
    await ask("room.leave", { room: room.id });
    go();
    await reloadOverview();
  };
  return (
    <Confirm title={t("room.leave.title", { name })} action={t("room.leave")} danger onConfirm={leave} onClose={onClose}>
      <p>{t(room.access === "invite" ? "room.leave.invite" : "room.leave.body")}</p>
    </Confirm>
  );
}

function Archive({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  return (
    <Confirm
      title={t("room.archive.title", { name })}
      action={t("room.archive")}
      onConfirm={async () => void (await ask("room.archive", { room: id }))}
      onClose={onClose}
    >
      <p>{t("room.archive.body")}</p>
    </Confirm>
  );
}
