/// One's own post that waits for a facilitator, where it would stand; and the note that one was not let in.

import { Body } from "../markup/body";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { keep, kept } from "../net/keep";
import { myId, waiting } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, Icon } from "../ui";
import type { HeldPost } from "../wire/views";
import type { RoomContext } from "./context";
import { EditBox } from "./edit";
import { Quoted } from "./message";
import { editing } from "./state";

const TOLD = "told.";

/** One's own that wait in a room: those of the main timeline, or of one thread; not changes of messages. */
export function heldIn(room: string, thread: string | null): HeldPost[] {
  return waiting.value.filter(
    (one) => one.room === room && one.thread === thread && one.message === null && !isTold(one),
  );
}

/** The change of this message that waits, if there is one. */
export const changeOf = (message: string): HeldPost | undefined =>
  waiting.value.find((one) => one.message === message && !isTold(one));

const isTold = (one: HeldPost): boolean => one.state === "declined" && kept<boolean>(myId(), TOLD + one.id) === true;

function tell(one: HeldPost): void {
  keep(myId(), TOLD + one.id, true);
  waiting.value = waiting.value.filter((other) => other.id !== one.id);
}

const withdraw = (held: HeldPost) => void attempt(ask("held.withdraw", { held: held.id }));
export const rewrite = (held: HeldPost, body: string): Promise<unknown> => ask("held.edit", { held: held.id, body });

export function HeldLine({ held, head, room }: { held: HeldPost; head: boolean; room: RoomContext }) {
  const name = room.name(room.me);
  if (held.state === "declined") {
    return (
      <li class="message-row" data-held={held.id} data-state="declined">
        <article class="message" tabIndex={-1} aria-label={t("held.declined")}>
          <span />
          <div class="message-main"><Declined held={held} /></div>
        </article>
      </li>
    );
  }
  return (
    <li class="message-row" data-held={held.id} data-state="waiting">
      <article class={`message post-held ${head ? "message-head" : ""}`} tabIndex={-1} aria-label={name}>
        {head ? <Avatar id={room.me} name={name} /> : <span />}
        <div class="message-main">
          {head && (
            <header class="message-by">
              <span class="message-name">{name}</span>
            </header>
          )}
          {held.title && <h2 class="topic-row-title">{held.title}</h2>}
          {held.quote && <Quoted quote={held.quote} />}
          {editing.value === held.id ? (
            <EditBox body={held.body} save={(body) => rewrite(held, body)} />
          ) : (
            <>
              <Body text={held.body} mentioned={room.mentioned} />
              <div class="post-state">
                <span><Icon name="wait" size={13} /> {t("held.waits")}</span>
                {room.may.reply && room.may.edit !== false && (
                  <Button kind="quiet" onClick={() => { editing.value = held.id; }}>{t("out.edit")}</Button>
                )}
                <Button kind="quiet" onClick={() => withdraw(held)}>{t("held.withdraw")}</Button>
              </div>
            </>
          )}
        </div>
      </article>
    </li>
  );
}

function Declined({ held }: { held: HeldPost }) {
  return (
    <div class="post-state" role="status">
      <span>
        {t(held.message ? "held.declined.change" : "held.declined")} {held.reason && t("held.declined.why", { why: held.reason })}
      </span>
      <Button kind="quiet" onClick={() => tell(held)}>{t("held.told")}</Button>
    </div>
  );
}

/** Under a message whose new text waits. */
export function Change({ held }: { held: HeldPost }) {
  if (held.state === "declined") return <Declined held={held} />;
  return (
    <div class="post-state">
      <span><Icon name="wait" size={13} /> {t("held.change")}</span>
      <Button kind="quiet" onClick={() => withdraw(held)}>{t("held.withdraw")}</Button>
    </div>
  );
}
