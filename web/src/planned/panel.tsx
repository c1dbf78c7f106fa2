/// A room's reminders in the margin: what comes and when, and whoever keeps the room changes it.

import { useEffect, useState } from "preact/hooks";
import { plain } from "../markup/parse";
import { useRoom, type RoomContext } from "../room/context";
import { Panel } from "../room/panel";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { moves } from "../store/planned";
import { fetchMissing } from "../store/rooms";
import { type Fetched, type OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button, Confirm, EmptyState, FailedState, Loading, MenuButton, type MenuItem } from "../ui";
import type { Planned } from "../wire/planned";
import { ReminderDialog } from "./dialog";
import { moment } from "./times";

function useRoomPlanned(room: string): { list: Fetched<{ all: readonly Planned[] }>; retry: () => void } {
  const [list, set] = useState<Fetched<{ all: readonly Planned[] }>>({ state: "loading" });
  const [turn, retry] = useState(0);
  const moved = moves.value.get(room) ?? 0;
  useEffect(() => {
    let current = true;
    ask("planned.list", { room }).then(
      ({ result }) => current && set({ state: "ready", all: result.planned }),
      (error: unknown) => current && set({ state: "failed", error }),
    );
    return () => {
      current = false;
    };
  }, [room, moved, turn]);
  return { list, retry: () => retry(turn + 1) };
}

export function RemindersPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const id = open.snapshot.room.id;
  const { list, retry } = useRoomPlanned(id);
  const [asking, set] = useState<Planned | "new" | null>(null);
  const [dropping, drop] = useState<Planned | null>(null);
  return (
    <Panel room={id} title={t("planned.title")}>
      <div class="margin-body tool">
        {list.state === "loading" && <Loading />}
        {list.state === "failed" && <FailedState error={list.error} retry={retry} level={2} />}
        {list.state === "ready" && list.all.length === 0 && (
          <EmptyState title={t("planned.none")} level={3}>{t("planned.none.body")}</EmptyState>
        )}
        {room.inside && (
          <p class="tool-main">
            <Button icon="plus" onClick={() => set("new")}>{t("planned.new")}</Button>
          </p>
        )}
        {list.state === "ready" && list.all.length > 0 && (
          <ul class="tool-list">
            {list.all.map((one) => (
              <Line key={one.id} one={one} room={room} onChange={() => set(one)} onDrop={() => drop(one)} />
            ))}
          </ul>
        )}
      </div>
      {asking && (
        <ReminderDialog room={id} {...(asking === "new" ? {} : { planned: asking })} mayRoom={room.may.post} onClose={() => set(null)} />
      )}
      {dropping && (
        <Confirm title={t("planned.drop")} action={t("planned.drop")} danger onConfirm={async () => void (await ask("planned.drop", { planned: dropping.id }))} onClose={() => drop(null)}>
          <p>{t("planned.drop.body")}</p>
        </Confirm>
      )}
    </Panel>
  );
}

interface LineProps {
  one: Planned;
  room: RoomContext;
  onChange: () => void;
  onDrop: () => void;
}

function Line({ one, room, onChange, onDrop }: LineProps) {
  const words = useWords(one, room);
  const keeps = room.may.facilitate || room.room.access === "direct" || (one.by === room.me && room.may.post);
  const next = one.next[0];
  const change = (fields: { paused?: boolean; skip_next?: boolean }) => () => void attempt(ask("planned.change", { planned: one.id, ...fields }));
  const items: (MenuItem | false)[] = [
    { label: t("planned.change"), icon: "edit", run: onChange },
    one.paused ? { label: t("planned.go_on"), icon: "check", run: change({ paused: false }) } : { label: t("planned.pause"), icon: "wait", run: change({ paused: true }) },
    one.when.rule !== "" && !one.paused && { label: t("planned.skip"), icon: "arrowDown", run: change({ skip_next: true }) },
    { label: t("planned.drop"), icon: "trash", danger: true, run: onDrop },
  ];
  return (
    <li class={one.paused ? "task planned-paused" : "task"} data-planned={one.id}>
      <span class="task-text">
        <span class="task-words">{words}</span>
        {one.when.rule !== "" && <span class="planned-small">{one.said}</span>}
        <span class="planned-small">
          {[one.paused ? t("planned.paused") : next && (one.when.rule ? t("planned.next.one", { when: moment(next) }) : moment(next)), one.thread && t("planned.in_thread"), t("planned.by", { name: room.name(one.by) })].filter(Boolean).join(" · ")}
        </span>
      </span>
      {keeps && <MenuButton icon="more" label={t("planned.actions", { what: words })} items={items.filter((item) => item !== false)} />}
    </li>
  );
}

/** Its words, or those of the message it is about. */
function useWords(one: Planned, room: RoomContext): string {
  const message = one.message && !one.body ? room.quoted(one.message) : null;
  useEffect(() => {
    if (message === undefined && one.message) void fetchMissing(room.room.id, one.message, "quote");
  }, [message === undefined, one.message]);
  if (one.body) return plain(one.body, room.mentioned.label, 200);
  if (one.body === null) return t("planned.wordless");
  if (message?.body) return plain(message.body, room.mentioned.label, 140);
  return t("planned.about");
}
