/// Decisions and tasks beside the talk: what is to do, by whom and when, what is done, what was decided.

import { useEffect, useState } from "preact/hooks";
import { plain } from "../markup/parse";
import { useRoom, type RoomContext } from "../room/context";
import { Panel } from "../room/panel";
import { dayOnly } from "../room/times";
import { href } from "../router";
import { fetchMissing } from "../store/rooms";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button, Confirm, EmptyState, MenuButton, type MenuItem } from "../ui";
import { folded, foldedWords } from "./ahead";
import { NoteDialog } from "./note";
import { NO_TASKS, type Item, type Tasks } from "./tasks";
import { askTool, toolState, useTool } from "./use";

export function TasksPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const { items } = toolState<Tasks>(open, "tasks", NO_TASKS);
  const [noting, note] = useState<Item | "new" | null>(null);
  const [dropping, drop] = useState<Item | null>(null);
  const write = room.may.reply;
  const actions = items.filter((one) => one.kind === "action");
  const left = actions.filter((one) => !one.done);
  const done = actions.filter((one) => one.done);
  const decided = items.filter((one) => one.kind === "decision");
  const list = (some: Item[]) => (
    <ul class="tool-list">
      {some.map((one) => (
        <Line key={one.id} item={one} room={room} onChange={() => note(one)} onDrop={() => drop(one)} />
      ))}
    </ul>
  );
  return (
    <Panel room={room.room.id} title={t("tasks.title")}>
      <div class="margin-body tool">
        {items.length === 0 && <EmptyState title={t("tasks.none")} level={3}>{t("tasks.none.body")}</EmptyState>}
        {write && (
          <p class="tool-main">
            <Button icon="plus" onClick={() => note("new")}>{t("tasks.add")}</Button>
          </p>
        )}
        {actions.length > 0 && (
          <section aria-label={t("tasks.open")}>
            <h3>{t("tasks.open")}</h3>
            {left.length > 0 ? list(byDay(left)) : <p class="tool-lead">{t("tasks.open.none")}</p>}
          </section>
        )}
        {decided.length > 0 && (
          <section aria-label={t("tasks.decisions")}>
            <h3>{t("tasks.decisions")}</h3>
            {list(decided.toReversed())}
          </section>
        )}
        {done.length > 0 && (
          <details class="tool-settings">
            <summary>{t("tasks.done", { count: done.length })}</summary>
            {list(done.toReversed())}
          </details>
        )}
      </div>
      {noting && <NoteDialog open={open} item={noting === "new" ? undefined : noting} onClose={() => note(null)} />}
      {dropping && (
        <Confirm
          title={t("tasks.drop")}
          action={t("tasks.drop")}
          danger
          onConfirm={async () => void (await askTool(room.room.id, "tasks", { do: "drop", id: dropping.id }))}
          onClose={() => drop(null)}
        >
          <p>{t("tasks.drop.body")}</p>
        </Confirm>
      )}
    </Panel>
  );
}

/** The nearest day first; without one, in order of noting. */
const byDay = (items: Item[]): Item[] => items.toSorted((a, b) => (a.due ?? "9999").localeCompare(b.due ?? "9999") || a.id - b.id);

interface LineProps {
  item: Item;
  room: RoomContext;
  onChange: () => void;
  onDrop: () => void;
}

function Line({ item, room, onChange, onDrop }: LineProps) {
  const words = useWords(item, room);
  const write = room.may.reply;
  const mine = room.may.facilitate || item.by === room.me || item.who === room.me;
  const found = item.message ? room.quoted(item.message) : null;
  const items: (MenuItem | false | null | undefined)[] = [
    found && { label: t("tasks.from"), icon: "link", href: found.thread ? href("r", found.room, "t", found.thread, found.no) : href("r", found.room, found.no) },
    write && { label: t("tasks.change"), icon: "edit", run: onChange },
    write && mine && { label: t("tasks.drop"), icon: "trash", danger: true, run: onDrop },
  ];
  const shown = items.filter((one) => typeof one === "object" && one !== null);
  return (
    <li class={item.done ? "task task-done" : "task"}>
      {item.kind === "action" && (
        <input
          type="checkbox"
          aria-label={t("tasks.tick", { what: words })}
          checked={item.done}
          disabled={!write}
          onChange={(event) => void useTool(room.room.id, "tasks", { do: "tick", id: item.id, done: event.currentTarget.checked })}
        />
      )}
      <span class="task-text">
        <span class="task-words">{words}</span>
        <span class="person-small">
          {[item.who && room.name(item.who), item.due && dueWords(item), !item.who && t("tasks.by", { name: room.name(item.by) })].filter(Boolean).join(" · ")}
        </span>
      </span>
      {shown.length > 0 && <MenuButton icon="more" label={t("tasks.actions", { what: words })} items={shown} />}
    </li>
  );
}

function dueWords(item: Item): string {
  const due = item.due ?? "";
  const day = dayOnly(due);
  const late = !item.done && due < new Date().toLocaleDateString("sv");
  return t(late ? "tasks.due.late" : "tasks.due.by", { day });
}

/** An item's own line, or the message it points at, read where it stands. */
function useWords(item: Item, room: RoomContext): string {
  const message = item.message && item.body === null ? room.quoted(item.message) : null;
  useEffect(() => {
    if (message === undefined && item.message) void fetchMissing(room.room.id, item.message, "quote");
  }, [message === undefined, item.message]);
  if (item.body !== null) return item.body;
  if (message === undefined) return "…";
  if (message === null || message.body === null) return t("tasks.gone");
  return folded(message, room) ? foldedWords(message, room) : plain(message.body, room.mentioned.label, 140);
}
