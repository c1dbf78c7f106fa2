/// One topic as a page: its title and where it stands, the question, the answers; or, where they are kept back
/// until one's own, how many wait and a place to write.

import { useEffect, useState } from "preact/hooks";
import { editMessage, markTopic } from "../store/actions";
import { ask } from "../store/ask";
import { mayEdit, mayMark } from "../store/may";
import { openThread } from "../store/state";
import { reloadThread, showThread } from "../store/threads";
import { Follow, Talk } from "../room/thread";
import type { RoomContext } from "../room/context";
import { href } from "../router";
import { t } from "../texts";
import { Confirm, Dialog, Button, FailedState, Field, Icon, Loading, MenuButton, Notice, type MenuItem } from "../ui";
import { say } from "../net/error";
import type { Message, ThreadSnapshot } from "../wire/views";
import { Marks } from "./list";

const TITLE = 120;

interface TopicProps {
  room: RoomContext;
  topic: string;
  /** The number of an answer one was led to; 0 for none. */
  target: number;
}

export function TopicScreen({ room, topic, target }: TopicProps) {
  const id = room.room.id;
  useEffect(() => {
    showThread(id, topic);
    return () => showThread(id, null);
  }, [id, topic]);
  const open = openThread.value;
  const ready = open?.root === topic && open.state === "ready" ? open.snapshot : null;
  return (
    <section class="topic" aria-label={ready?.root.title ?? t("thread.title")}>
      <p class="topic-back">
        <a href={href("r", id)}>
          <Icon name="back" size={16} /> {t("forum.back")}
        </a>
      </p>
      {open?.state === "failed" && <FailedState error={open.error} retry={() => void reloadThread()} />}
      {(!open || open.state === "loading") && <Loading />}
      {ready && <Inside thread={ready} room={room} target={target} />}
    </section>
  );
}

function Inside({ thread, room, target }: { thread: ThreadSnapshot; room: RoomContext; target: number }) {
  const { root } = thread;
  return (
    <>
      <Head thread={thread} room={room} />
      <Talk
        thread={thread}
        target={target}
        fromTop
        between={<Between thread={thread} room={room} />}
        empty={t("forum.no_answers")}
        label={t(thread.withheld ? "forum.reply.own" : "forum.reply")}
        key={root.id}
      />
    </>
  );
}

type Asking = "title" | "show" | null;

function Head({ thread, room }: { thread: ThreadSnapshot; room: RoomContext }) {
  const { root } = thread;
  const [asking, ask_] = useState<Asking>(null);
  const marks = mayMark(root, room.me, room.may);
  const answer = thread.page.messages.find((one) => one.id === root.answer);
  const items = menu(root, room, ask_);
  return (
    <header class="topic-head">
      <div class="topic-title">
        <h2>{root.title ?? t("forum.gone")}</h2>
        <p class="topic-row-small">
          <Marks topic={root} />
          {answer && <a href={href("r", root.room, "t", root.id, answer.no)}>{t("forum.to_answer")}</a>}
        </p>
      </div>
      <div class="topic-actions">
        {marks && (
          <Button kind="quiet" icon="check" onClick={() => void markTopic(root, { solved: !root.solved })}>
            {t(root.solved ? "forum.unsolve" : "forum.solve")}
          </Button>
        )}
        {room.inside && <Follow thread={thread} />}
        {items.length > 0 && <MenuButton icon="more" label={t("message.actions", { name: room.name(root.author) })} items={items} />}
      </div>
      {asking === "title" && <Retitle topic={root} onClose={() => ask_(null)} />}
      {asking === "show" && (
        <Confirm
          title={t("forum.reveal.title")}
          action={t("forum.reveal")}
          onConfirm={async () => void (await ask("topic.show", { topic: root.id }))}
          onClose={() => ask_(null)}
        >
          <p>{t("forum.reveal.body")}</p>
        </Confirm>
      )}
    </header>
  );
}

function menu(topic: Message, { me, may, room }: RoomContext, asking: (what: Asking) => void): MenuItem[] {
  const all: (MenuItem | false)[] = [
    mayEdit(topic, me, may) && topic.title !== null && topic.title !== undefined && { label: t("forum.retitle"), icon: "edit", run: () => asking("title") },
    may.facilitate && topic.answers === "kept" && !room.archived && { label: t("forum.reveal"), icon: "eye", run: () => asking("show") },
  ];
  return all.filter((one) => one !== false);
}

function Between({ thread, room }: { thread: ThreadSnapshot; room: RoomContext }) {
  const { root, withheld } = thread;
  const count = root.replies?.count ?? 0;
  if (withheld) {
    return (
      <div class="topic-withheld" role="status">
        <Icon name="lock" size={22} />
        <div>
          <h3>{t("forum.withheld")}</h3>
          <p>{t(room.may.reply ? "forum.withheld.body" : "forum.withheld.read", { count })}</p>
        </div>
      </div>
    );
  }
  if (count === 0) return null;
  return (
    <div class="topic-between">
      <h3>{t("forum.answers", { count })}</h3>
      {root.answers === "kept" && <p>{t("forum.kept")}</p>}
    </div>
  );
}

function Retitle({ topic, onClose }: { topic: Message; onClose: () => void }) {
  const [title, setTitle] = useState(topic.title ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const missing = title.trim() === "";
  const save = async () => {
    if (missing || busy) return;
    setBusy(true);
    try {
      await editMessage(topic, topic.body ?? "", title.trim());
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("forum.retitle")}
      onClose={onClose}
      onSubmit={() => void save()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>{t("common.save")}</Button>
        </>
      }
    >
      <Field label={t("forum.title")} value={title} onInput={setTitle} maxLength={TITLE} error={missing ? t("common.required") : undefined} />
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
