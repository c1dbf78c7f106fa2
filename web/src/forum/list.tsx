/// The list of topics, like a list of what there is to read: the liveliest first, and what is new of it.

import { useEffect, useState } from "preact/hooks";
import { plain } from "../markup/parse";
import { HeldLine, heldIn } from "../room/held";
import type { RoomContext } from "../room/context";
import { PostLine } from "../room/post";
import { shortly, whole } from "../room/times";
import { href } from "../router";
import { front } from "../store/absence";
import { attempt } from "../store/actions";
import { outbox } from "../store/client";
import { seen } from "../store/reading";
import { activity, forums, isOpen, listed, loadTopics, moreTopics, type Topics } from "../store/topics";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, ButtonLink, EmptyState, FailedState, Icon, Loading } from "../ui";
import type { Message, ThreadState } from "../wire/views";

type Which = "all" | "open";

interface ListProps {
  open: OpenRoom;
  room: RoomContext;
  name: string;
}

export function TopicList({ open, room, name }: ListProps) {
  const id = open.snapshot.room.id;
  const forum = forums.value.get(id);
  const [which, choose] = useState<Which>("all");
  useEffect(() => {
    if (!forum) void loadTopics(id);
  }, [id, forum === undefined]);
  const head = open.snapshot.head_no;
  const here = forum?.state === "ready";
  const looking = front.value;
  useEffect(() => {
    if (here) seen(id, { from: head, to: head, foot: true });
  }, [id, head, here, looking]);
  return (
    <div class="forum">
      <div class="forum-bar">
        <Choice which={which} choose={choose} />
        {room.may.post && (
          <ButtonLink kind="primary" icon="plus" href={href("r", id, "new")}>
            {t("forum.new")}
          </ButtonLink>
        )}
      </div>
      {(!forum || forum.state === "loading") && <Loading label={t("forum.loading")} />}
      {forum?.state === "failed" && <FailedState error={forum.error} retry={() => void loadTopics(id)} />}
      {forum?.state === "ready" && <List forum={forum} open={open} room={room} name={name} which={which} />}
    </div>
  );
}

function Choice({ which, choose }: { which: Which; choose: (which: Which) => void }) {
  const one = (value: Which) => (
    <button type="button" class="forum-choice" aria-pressed={which === value} onClick={() => choose(value)}>
      {t(value === "all" ? "forum.show.all" : "forum.show.open")}
    </button>
  );
  return (
    <div class="forum-choices" role="group" aria-label={t("forum.show")}>
      {one("all")}
      {one("open")}
    </div>
  );
}

function List({ forum, open, room, name, which }: ListProps & { forum: Topics; which: Which }) {
  const id = open.snapshot.room.id;
  const all = listed(forum.topics);
  const shown = which === "all" ? all : all.filter(isOpen);
  const here = new Set(all.map((one) => one.client_id));
  const posts = (outbox?.posts.value ?? []).filter((one) => one.room === id && one.thread === null && !here.has(one.client_id));
  const held = heldIn(id, null);
  const nothing = shown.length + posts.length + held.length === 0;
  return (
    <>
      {posts.length + held.length > 0 && (
        <ol class="forum-own">
          {held.map((one) => <HeldLine key={one.id} held={one} head room={room} />)}
          {posts.map((one) => <PostLine key={one.client_id} post={one} head room={room} />)}
        </ol>
      )}
      {nothing ? (
        <Nothing which={which} room={room} />
      ) : (
        <ol class="topics" aria-label={t("forum.list", { name })}>
          {shown.map((topic) => (
            <Row key={topic.id} topic={topic} room={room} state={open.snapshot.threads[topic.id]} newFrom={open.newFrom} />
          ))}
        </ol>
      )}
      {forum.next !== null && (
        <Button kind="quiet" class="forum-more" onClick={() => void attempt(moreTopics(id))}>
          {t("forum.older")}
        </Button>
      )}
    </>
  );
}

function Nothing({ which, room }: { which: Which; room: RoomContext }) {
  if (which === "open") return <EmptyState title={t("forum.none_open")}>{t("forum.none_open.body")}</EmptyState>;
  return <EmptyState title={t("forum.empty")}>{t(room.may.post ? "forum.empty.body" : "forum.empty.read")}</EmptyState>;
}

interface RowProps {
  topic: Message;
  room: RoomContext;
  /** Where one stands in its answers; undefined where one has not looked at them. */
  state: ThreadState | undefined;
  newFrom: number | null;
}

function Row({ topic, room, state, newFrom }: RowProps) {
  const name = room.name(topic.author);
  const fresh = newFrom !== null && topic.no >= newFrom && topic.author !== room.me;
  // Of one's own topic nothing has been read until one looks.
  const read = state?.read_no ?? (topic.author === room.me ? 0 : Number.POSITIVE_INFINITY);
  const unread = Math.max(0, (topic.replies?.last_no ?? 0) - read);
  return (
    <li class={fresh || unread > 0 ? "topic-row topic-unread" : "topic-row"} data-topic={topic.id}>
      <Avatar id={topic.author} name={name} />
      <div class="topic-row-main">
        <h2 class="topic-row-title">
          <a href={href("r", topic.room, "t", topic.id)}>{topic.title ?? t("forum.gone")}</a>
        </h2>
        {topic.body !== null && <p class="topic-row-words">{plain(topic.body, room.mentioned.label, 220)}</p>}
        <p class="topic-row-small">
          <Marks topic={topic} />
          <span>{name}</span>
          <span>{t("forum.answers", { count: topic.replies?.count ?? 0 })}</span>
          <time dateTime={activity(topic)} title={whole(activity(topic))}>
            {topic.replies ? t("forum.last", { when: shortly(activity(topic), Date.now()) }) : shortly(topic.at, Date.now())}
          </time>
          {unread > 0 && <span class="topic-new">{t("forum.unread", { count: unread })}</span>}
          {fresh && unread === 0 && <span class="topic-new">{t("forum.is_new")}</span>}
        </p>
      </div>
    </li>
  );
}

/** Where a topic stands, in a word. */
export function Marks({ topic }: { topic: Message }) {
  return (
    <>
      {topic.pinned && <span class="topic-mark"><Icon name="pin" size={13} /> {t("message.pinned")}</span>}
      {topic.solved && <span class="topic-mark topic-done"><Icon name="check" size={13} /> {t("forum.solved")}</span>}
      {!topic.solved && topic.answer && <span class="topic-mark topic-done"><Icon name="check" size={13} /> {t("forum.answered")}</span>}
      {topic.answers === "kept" && <span class="topic-mark"><Icon name="lock" size={13} /> {t("forum.first")}</span>}
    </>
  );
}
