/// The talk itself: endless both ways, anchored, with days and the "new" line; what is in sight counts as read.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Whispers } from "../bots/whispers";
import { again } from "../router";
import { here, inView } from "../store/absence";
import { outbox } from "../store/client";
import { hasMissed, seen } from "../store/reading";
import { loadAfter, loadBefore, showAround, showLatest } from "../store/rooms";
import { entries, focus, type OpenRoom } from "../store/state";
import { unreadOf } from "../store/unread";
import { t } from "../texts";
import { Button, EmptyState, Icon } from "../ui";
import { Announcer } from "./announcer";
import type { RoomContext } from "./context";
import { changeOf, HeldLine, heldIn } from "./held";
import { lines, localDay, type Line } from "./lines";
import { MessageLine, type OnDo } from "./message";
import { PostLine } from "./post";
import { Scroller } from "./scroll";
import { editing } from "./state";
import { dayName } from "./times";

interface TimelineProps {
  open: OpenRoom;
  room: RoomContext;
  /** A message number one was led to by a link. */
  target: number | null;
  onDo: OnDo;
  name: string;
}

export function Timeline({ open, room, target, onDo, name }: TimelineProps) {
  const { page } = open.snapshot;
  const id = open.snapshot.room.id;
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const scroller = useRef<Scroller | null>(null);
  const now = useRef(open);
  now.current = open;
  const [foot, setFoot] = useState(true);
  const [failed, setFailed] = useState<"before" | "after" | null>(null);

  const fetchMore = (way: "before" | "after") => {
    const has = way === "before" ? now.current.snapshot.page.more_before : now.current.snapshot.page.more_after;
    if (has) (way === "before" ? loadBefore : loadAfter)(id).then(() => setFailed(null), () => setFailed(way));
  };

  useLayoutEffect(() => {
    if (!box.current || !list.current) return undefined;
    const made = new Scroller(box.current, list.current, {
      atHead: () => !now.current.snapshot.page.more_after,
      nearTop: () => failedRef.current === null && fetchMore("before"),
      nearEnd: () => failedRef.current === null && fetchMore("after"),
      seen: (sight) => seen(id, sight),
      missed: () => hasMissed(id),
      foot: setFoot,
    });
    scroller.current = made;
    const stop = inView.subscribe((goesOn) => {
      if (!goesOn) made.leave();
    });
    return () => {
      stop();
      made.stop();
    };
  }, [id]);
  const failedRef = useRef(failed);
  failedRef.current = failed;
  const inFront = focus.value === id;
  const goesOn = inView.value;
  // Whoever comes to the front has seen what stands there: it is looked at anew.
  void here.value;
  // What is drawn with the news that one is here came before it.
  useLayoutEffect(() => {
    if (inFront) scroller.current?.drawn(target, goesOn && inView.peek());
  });
  useTarget(target, id, scroller);

  const posts = page.more_after ? [] : (outbox?.posts.value ?? []).filter((one) => one.room === id && one.thread === null);
  const drawn = lines({ messages: page.messages, newFrom: open.newFrom, moreBefore: page.more_before, posts, held: page.more_after ? [] : heldIn(id, null), me: room.me, dayOf: localDay });
  // One message takes Tab from the start: the newest, until another had the focus.
  useLayoutEffect(() => {
    if (list.current?.querySelector('article.message[tabindex="0"]')) return;
    const all = list.current?.querySelectorAll("article.message");
    all?.[all.length - 1]?.setAttribute("tabindex", "0");
  });
  const mine = posts.at(-1)?.client_id;
  const known = useRef({ id: "", mine });
  useEffect(() => {
    // Those that waited when one came in draw nobody past what is new.
    if (mine && known.current.id === id) scroller.current?.toFoot();
    known.current = { id, mine };
  }, [id, mine]);
  const latest = async () => {
    if (page.more_after) await showLatest(id).catch(() => setFailed("after"));
    requestAnimationFrame(() => scroller.current?.toFoot());
  };
  return (
    <div class="timeline-frame">
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- arrows move between the messages inside */}
      <div ref={box} class="timeline" onKeyDown={moveBetween} onFocusCapture={rove}>
        <Top open={open} name={name} failed={failed === "before"} retry={() => fetchMore("before")} />
        <ol ref={list} class="lines" aria-label={t("room.timeline", { name })}>
          {drawn.map((one) => draw(one, room, target, onDo))}
        </ol>
        {!page.more_after && <Whispers thread={null} />}
        {drawn.length === 0 && (
          <EmptyState title={emptyTitle(open)}>{t(room.may.post ? "room.empty.body" : "room.empty.read")}</EmptyState>
        )}
        {failed === "after" && <Again text={t("room.newer.failed")} retry={() => fetchMore("after")} />}
      </div>
      {!foot && drawn.length > 0 && <Latest id={id} onClick={() => void latest()} />}
      <Announcer open={open} room={room} />
    </div>
  );
}

/** Led to a message while the room is open: fetch around it if need be, then show it. */
function useTarget(target: number | null, id: string, scroller: { current: Scroller | null }): void {
  const once = again.value;
  useEffect(() => {
    if (target === null) return;
    const find = () => scroller.current?.show(`[data-no="${target}"]`, 0.4);
    if (find()) return;
    const arrive = () => scroller.current?.arrive();
    showAround(id, target).then(() => requestAnimationFrame(() => find() || arrive()), arrive);
  }, [target, id, once]);
}

function draw(line: Line, room: RoomContext, target: number | null, onDo: OnDo): ComponentChildren {
  switch (line.kind) {
    case "day":
      return (
        <li key={line.key} class="day">
          <h2>{dayName(line.at, Date.now())}</h2>
        </li>
      );
    case "new":
      return (
        <li key={line.key} class="new-line" data-new>
          <span>{t("room.new")}</span>
        </li>
      );
    case "held":
      return <HeldLine key={line.key} held={line.held} head={line.head} room={room} />;
    case "post":
      return <PostLine key={line.key} post={line.post} head={line.head} room={room} />;
    default:
      return (
        <MessageLine
          key={line.key}
          message={line.message}
          head={line.head}
          room={room}
          editing={editing.value === line.message.id}
          shown={line.message.no === target}
          change={changeOf(line.message.id)}
          onDo={onDo}
        />
      );
  }
}

function Top({ open, name, failed, retry }: { open: OpenRoom; name: string; failed: boolean; retry: () => void }) {
  const { page, me } = open.snapshot;
  if (failed) return <Again text={t("room.older.failed")} retry={retry} />;
  if (page.more_before) return <div class="timeline-top" />;
  if (page.messages.length === 0) return null;
  const first = page.messages[0]?.no ?? 1;
  const from = me?.visible_from_no ?? 1;
  const text = first > from ? cleared(open) : from > 1 ? t("room.begin.joined") : t("room.begin", { name });
  return <p class="timeline-begin">{text}</p>;
}

function emptyTitle(open: OpenRoom): string {
  const { head_no, me } = open.snapshot;
  return head_no >= (me?.visible_from_no ?? 1) ? cleared(open) : t("room.empty.title");
}

/** Why there is nothing before: the room does not keep its talk for ever, or did not once. */
function cleared({ snapshot: { room } }: OpenRoom): string {
  return room.keep_days === null ? t("room.cleared") : t("room.cleared.days", { count: room.keep_days });
}

function Again({ text, retry }: { text: string; retry: () => void }) {
  return (
    <div class="timeline-again" role="alert">
      {text} <Button onClick={retry}>{t("common.retry")}</Button>
    </div>
  );
}

function Latest({ id, onClick }: { id: string; onClick: () => void }) {
  const entry = entries.value.get(id);
  const { count } = entry ? unreadOf(entry) : { count: 0 };
  return (
    <button type="button" class="latest" onClick={onClick}>
      {count > 0 ? t("room.latest.new", { count }) : t("room.latest")}
      <Icon name="arrowDown" size={16} />
    </button>
  );
}

/** One message takes Tab; the arrows go from one to the next. */
function moveBetween(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const from = event.target as HTMLElement;
  if (!from.matches("article.message")) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("article.message")];
  const at = all.indexOf(from);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || !all[to]) return;
  event.preventDefault();
  all[to].focus();
}

function rove(event: FocusEvent & { currentTarget: HTMLElement }): void {
  const article = (event.target as HTMLElement).closest("article.message");
  if (!article) return;
  for (const one of event.currentTarget.querySelectorAll('article.message[tabindex="0"]')) one.setAttribute("tabindex", "-1");
  article.setAttribute("tabindex", "0");
}
