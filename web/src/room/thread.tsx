/// A thread beside its room: the first message, the replies, and a composer of its own.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Whispers } from "../bots/whispers";
import { NotifyDialog } from "../parts";
import { front } from "../store/absence";
import { attempt } from "../store/actions";
import { outbox } from "../store/client";
import { follow, loadReplies, readThread, reloadThread, showThread } from "../store/threads";
import { entries, openThread } from "../store/state";
import { t } from "../texts";
import { Button, FailedState, IconButton, Loading, MenuButton } from "../ui";
import type { ThreadSnapshot } from "../wire/views";
import { Writing } from "../sanctions/bound";
import { useRoom } from "./context";
import { useDoing } from "./doing";
import { changeOf, HeldLine, heldIn } from "./held";
import { lines, localDay } from "./lines";
import { MessageLine } from "./message";
import { Panel } from "./panel";
import { PostLine } from "./post";
import { editing } from "./state";
import { dayName } from "./times";
import { Typists } from "./typists";

interface ThreadProps {
  room: string;
  root: string;
  /** The number of a reply one was led to; 0 for none. */
  target: number;
}

export function ThreadPanel({ room, root, target }: ThreadProps) {
  useEffect(() => {
    showThread(room, root);
    return () => showThread(room, null);
  }, [room, root]);
  const open = openThread.value;
  const ready = open?.root === root && open.state === "ready" ? open.snapshot : null;
  return (
    <Panel room={room} title={t("thread.title")} actions={ready && <Follow thread={ready} />}>
      {open?.state === "failed" && <FailedState error={open.error} retry={() => void reloadThread()} />}
      {(!open || open.state === "loading") && <Loading />}
      {ready && <Talk thread={ready} target={target} />}
    </Panel>
  );
}

export function Follow({ thread }: { thread: ThreadSnapshot }) {
  const { following } = thread.me;
  return (
    <>
      <IconButton
        icon={following ? "bell" : "bellOff"}
        label={t(following ? "thread.unfollow" : "thread.follow")}
        pressed={following}
        onClick={() => void attempt(follow(thread.root.id, !following))}
      />
      {following && <More thread={thread} />}
    </>
  );
}

/** What one follows notifies as its room does, unless one says otherwise. */
function More({ thread }: { thread: ThreadSnapshot }) {
  const [asking, ask] = useState(false);
  const room = entries.value.get(thread.root.room)?.room;
  if (!room) return null;
  return (
    <>
      <MenuButton icon="more" label={t("notify.more")} items={[{ label: t("notify.tab"), icon: "bell", run: () => ask(true) }]} />
      {asking && <NotifyDialog room={room} thread={thread.root.id} onClose={() => ask(false)} />}
    </>
  );
}

const FOOT = 80;

interface TalkProps {
  thread: ThreadSnapshot;
  target: number;
  /** Stands between the first message and the replies. */
  between?: ComponentChildren;
  /** What is said where there are no replies, and in the composer. */
  empty?: string;
  label?: string;
  /** One reads from the top, as a page; a margin begins at its foot. */
  fromTop?: boolean;
}

/** The first message, the replies, and where one writes. */
export function Talk({ thread, target, between, empty = t("thread.empty"), label = t("composer.reply"), fromTop = false }: TalkProps) {
  const room = useRoom();
  const { root, page } = thread;
  const box = useRef<HTMLDivElement>(null);
  const foot = useRef(!fromTop);
  const { onDo, opened } = useDoing(room, root.id);
  const posts = (outbox?.posts.value ?? []).filter((one) => one.thread === root.id);
  const drawn = lines({ messages: page.messages, newFrom: null, posts, held: heldIn(root.room, root.id), me: room.me, dayOf: localDay });
  const last = page.messages.at(-1)?.no ?? 0;

  useLayoutEffect(() => {
    const element = box.current;
    if (element && foot.current && target === 0) element.scrollTop = element.scrollHeight;
  });
  // A reply that one is led to may stand before the page that came with the thread.
  const first = page.messages[0]?.no ?? 0;
  const further = target > 0 && target < first && page.more_before;
  useEffect(() => {
    if (further) void attempt(loadReplies());
    else box.current?.querySelector(`[data-no="${target}"]`)?.scrollIntoView({ block: "center" });
  }, [target, further, first]);
  const looking = front.value;
  useEffect(() => {
    // Of a topic it is kept even where one does not follow: its line in the list says what is new.
    const counts = thread.me.following || Boolean(root.title);
    if (looking && counts && last > thread.me.read_no) void readThread(root.id, last).catch(() => undefined);
  }, [root.id, last, thread.me, looking]);
  const editLast = () => {
    const mine = page.messages.findLast((one) => one.author === room.me && one.body !== null);
    if (mine) editing.value = mine.id;
  };
  return (
    <>
      <div
        ref={box}
        class="margin-body"
        onScroll={(event) => {
          const at = event.currentTarget;
          foot.current = at.scrollHeight - at.scrollTop - at.clientHeight < FOOT;
        }}
      >
        <ol class="thread-root">
          <MessageLine message={root} head room={room} editing={editing.value === root.id} shown={false} inThread change={changeOf(root.id)} onDo={onDo} />
        </ol>
        {between}
        {page.more_before && (
          <Button kind="quiet" onClick={() => void attempt(loadReplies())}>
            {t("thread.older")}
          </Button>
        )}
        <ol aria-label={t("thread.replies")}>
          {drawn.map((one) => {
            if (one.kind === "post") return <PostLine key={one.key} post={one.post} head={one.head} room={room} />;
            if (one.kind === "day") {
              return <li key={one.key} class="thread-day">{dayName(one.at, Date.now())}</li>;
            }
            if (one.kind === "held") return <HeldLine key={one.key} held={one.held} head={one.head} room={room} />;
            if (one.kind === "new") return null;
            const { message, head, key } = one;
            return (
              <MessageLine
                key={key}
                message={message}
                head={head}
                room={room}
                editing={editing.value === message.id}
                shown={message.no === target}
                change={changeOf(message.id)}
                answers={root.answer === message.id}
                inThread
                onDo={onDo}
              />
            );
          })}
        </ol>
        <Whispers thread={root.id} />
        {drawn.length === 0 && !thread.withheld && <p class="thread-empty">{empty}</p>}
      </div>
      <Typists room={root.room} thread={root.id} />
      {room.may.reply && (
        <Writing key={root.id} thread={root.id} rootUnit={root.unit} label={label} onSent={() => { foot.current = true; }} onEditLast={editLast} />
      )}
      {opened}
    </>
  );
}
