/// A post on its way: waiting, being sent, or refused, with what can be done about it.

import { useEffect, useState } from "preact/hooks";
import { Body } from "../markup/body";
import { titleKey } from "../forum/new";
import { ApiError, say } from "../net/error";
import { keep } from "../net/keep";
import type { Outgoing } from "../net/outbox";
import { outbox } from "../store/client";
import { go } from "../router";
import { line, myId } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, Icon } from "../ui";
import type { RoomContext } from "./context";
import { Quoted } from "./message";
import { takenBack } from "./state";

/** What is sent at once needs no words. */
const MOMENT = 800;

export function PostLine({ post, head, room }: { post: Outgoing; head: boolean; room: RoomContext }) {
  const name = room.name(room.me);
  const state = post.refused ? "refused" : post.seq !== undefined ? "sent" : "waiting";
  return (
    <li class="message-row" data-post={post.client_id} data-state={state}>
      <article class={`message post-${state} ${head ? "message-head" : ""}`} tabIndex={-1} aria-label={name}>
        {head ? <Avatar id={room.me} name={name} /> : <span />}
        <div class="message-main">
          {head && (
            <header class="message-by">
              <span class="message-name">{name}</span>
            </header>
          )}
          {post.title && <h2 class="topic-row-title">{post.title}</h2>}
          {post.quote && <Quoted quote={{ message: post.quote, room: post.room }} />}
          <Body text={post.body} mentioned={room.mentioned} />
          {post.refused ? <Refused post={post} /> : state === "waiting" && <Waiting />}
        </div>
      </article>
    </li>
  );
}

function Waiting() {
  const [late, setLate] = useState(line.value.state !== "open");
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), MOMENT);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <p class="post-state">
      <span>
        <Icon name="clock" size={13} /> {t(line.value.state === "open" ? "out.sending" : "out.waiting")}
      </span>
    </p>
  );
}

function Refused({ post }: { post: Outgoing }) {
  const { client_id, refused, room, thread, body, quote, unit = null, title } = post;
  if (!refused) return null;
  const why = say(new ApiError(refused.code, refused.message, refused.params));
  const edit = () => {
    outbox?.discard(client_id);
    takenBack.value = { thread, body, quote, unit };
    if (!title) return;
    keep(myId(), titleKey(room), title);
    go("r", room, "new");
  };
  return (
    <div class="post-state" role="alert">
      <span>{t("out.refused", { why })}</span>
      <Button kind="quiet" onClick={() => outbox?.again(client_id)}>{t("out.again")}</Button>
      <Button kind="quiet" onClick={edit}>{t("out.edit")}</Button>
      <Button kind="quiet" onClick={() => outbox?.discard(client_id)}>{t("out.discard")}</Button>
    </div>
  );
}
