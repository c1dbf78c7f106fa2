/// What one can do to a message: its menu, its reactions, the question before it is deleted.

import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import { EmojiPicker, MoveDialog, NoteDialog, ReminderDialog, ReportDialog } from "../parts";
import { go, href } from "../router";
import { copy, deleteMessage, markTopic, togglePin, toggleReaction, attempt } from "../store/actions";
import { mayDelete, mayEdit, mayMark } from "../store/may";
import { markUnread } from "../store/reading";
import { openThread, peekRoom } from "../store/state";
import { t } from "../texts";
import { usesTool } from "../tools/use";
import { AreaField, Confirm, Menu, type MenuItem } from "../ui";
import type { Message } from "../wire/views";
import type { RoomContext } from "./context";
import { QUICK, remember } from "./emoji_recent";
import type { OnDo } from "./message";
import { roomsToMoveTo } from "./moved";
import { editing, quoting } from "./state";
import { quietItems } from "./unheard";

type Doing =
  | { what: "menu" | "react"; message: Message; anchor: HTMLElement }
  | { what: "delete" | "report" | "move" | "remind"; message: Message }
  | { what: "note"; message: Message; kind: "decision" | "action" }
  | null;

/** The handler for messages to call, and what it opens. `thread`: the messages are replies of that thread. */
export function useDoing(room: RoomContext, thread: string | null): { onDo: OnDo; opened: ComponentChildren } {
  const [doing, set] = useState<Doing>(null);
  const close = () => set(null);
  const onDo = useCallback<OnDo>((what, message, anchor) => {
    if (what === "reply") go("r", message.room, "t", message.id);
    else set({ what, message, anchor });
  }, []);
  const react = (message: Message) => (emoji: string) => {
    remember(emoji);
    close();
    void toggleReaction(message, emoji);
  };
  let opened: ComponentChildren = null;
  if (doing?.what === "react") opened = <EmojiPicker anchor={doing.anchor} onPick={react(doing.message)} onClose={close} />;
  if (doing?.what === "delete") opened = <Delete message={doing.message} room={room} onClose={close} />;
  if (doing?.what === "move") opened = <MoveDialog message={doing.message} onClose={close} />;
  if (doing?.what === "remind") opened = <ReminderDialog room={room.room.id} message={doing.message.id} onClose={close} />;
  if (doing?.what === "report") {
    const { message } = doing;
    opened = <ReportDialog target={{ message: message.id }} name={room.name(message.author)} onClose={close} />;
  }
  const open = peekRoom(room.room.id);
  const uses = (tool: string) => open !== undefined && usesTool(open, tool);
  if (doing?.what === "note" && open) opened = <NoteDialog open={open} message={doing.message.id} kind={doing.kind} onClose={close} />;
  if (doing?.what === "menu") {
    const { message, anchor } = doing;
    const more = (what: "react" | "delete" | "report" | "move" | "remind") => () => set(what === "react" ? { what, message, anchor } : { what, message });
    opened = (
      <Menu
        label={t("message.actions", { name: room.name(message.author) })}
        items={items(message, room, thread, more, uses("tasks") ? (kind) => () => set({ what: "note", message, kind }) : null)}
        anchor={anchor}
        onClose={close}
        head={room.may.react ? <Quick onPick={react(message)} /> : undefined}
      />
    );
  }
  return { onDo, opened };
}

function Quick({ onPick }: { onPick: (emoji: string) => void }) {
  return (
    <div class="quick">
      {QUICK.map((emoji) => (
        <button key={emoji} type="button" aria-label={t("message.reaction.add", { emoji })} onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}

function items(message: Message, room: RoomContext, thread: string | null, more: (what: "react" | "delete" | "report" | "move" | "remind") => () => void, note: ((kind: "decision" | "action") => () => void) | null): MenuItem[] {
  const { may, me } = room;
  const main = message.thread === null;
  const topic = topicOf(thread);
  const all: (MenuItem | false)[] = [
    may.react && { label: t("message.react"), icon: "emoji", run: more("react") },
    main && thread === null && may.reply && { label: t("message.reply"), icon: "thread", href: href("r", message.room, "t", message.id) },
    (thread === null ? may.post : may.reply) && {
      label: t("message.quote"), icon: "quote", run: () => { quoting.value = { message: message.id, thread }; },
    },
    note !== null && may.reply && { label: t("tasks.note.action"), icon: "tasks", run: note("action") },
    note !== null && may.reply && { label: t("tasks.note.decision"), icon: "check", run: note("decision") },
    topic !== undefined && !main && message.body !== null && mayMark(topic, me, may) && answering(topic, message),
    message.body !== null && room.inside && { label: t("planned.of_this"), icon: "clock", run: more("remind") },
    mayEdit(message, me, may) && { label: t("message.edit"), icon: "edit", run: () => { editing.value = message.id; } },
    may.pin && !(topic?.answers && !main) && { label: t(message.pinned ? "message.unpin" : "message.pin"), icon: "pin", run: () => void togglePin(message) },
    main && thread === null && { label: t("message.unread"), icon: "unread", run: () => void attempt(markUnread(message.room, message.no)) },
    { label: t("message.copy"), icon: "link", run: () => copyLink(message) },
    main && may.facilitate && message.body !== null && !message.answers && !room.room.archived && roomsToMoveTo(message.room).length > 0 && {
      label: t("move.menu"), icon: "door", run: more("move"),
    },
    message.author !== me && message.body !== null && { label: t("report.message"), icon: "flag", run: more("report") },
    ...(message.author === me ? [] : quietItems(message.author, room.name(message.author)).slice(0, 1)),
    mayDelete(message, me, may) && { label: t("message.delete"), icon: "trash", danger: true, run: more("delete") },
  ];
  return all.filter((one) => one !== false);
}

/** The topic that is open, where its answers are spoken of. */
function topicOf(thread: string | null): Message | undefined {
  const open = openThread.peek();
  const root = open?.state === "ready" && open.root === thread ? open.snapshot.root : undefined;
  return root?.title ? root : undefined;
}

function answering(topic: Message, message: Message): MenuItem {
  const is = topic.answer === message.id;
  const run = () => void markTopic(topic, { answer: is ? "" : message.id });
  return { label: t(is ? "forum.answer.not" : "forum.answer.is"), icon: "check", run };
}

function copyLink(message: Message): void {
  const at = message.thread ? href("r", message.room, "t", message.thread, message.no) : href("r", message.room, message.no);
  const link = `${location.origin}/${at}`;
  void copy(link, t("message.copied"), t("message.copy.failed", { link }));
}

function Delete({ message, room, onClose }: { message: Message; room: RoomContext; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const own = message.author === room.me;
  return (
    <Confirm
      title={t("message.delete.title")}
      action={t("message.delete")}
      danger
      onConfirm={async () => void (await deleteMessage(message, reason.trim()))}
      onClose={onClose}
    >
      <p>{own ? t("message.delete.body") : t("message.delete.other", { name: room.name(message.author) })}</p>
      {!own && <AreaField label={t("message.delete.reason")} optional value={reason} onInput={setReason} rows={2} maxLength={500} />}
    </Confirm>
  );
}
