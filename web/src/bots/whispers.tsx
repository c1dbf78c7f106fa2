/// What bots say to the reader alone: at the foot of the talk, or as a form before their eyes.

import { useEffect } from "preact/hooks";
import { Body } from "../markup/body";
import { useRoom } from "../room/context";
import { clock } from "../room/times";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { people } from "../store/state";
import { whispers } from "../store/whispers";
import { t } from "../texts";
import { Avatar, Dialog, IconButton } from "../ui";
import type { Whisper } from "../wire/bots";
import { Blocks } from "./blocks";

export function dismiss(id: string): void {
  void attempt(ask("whisper.dismiss", { whisper: id }));
}

export function Whispers({ thread }: { thread: string | null }) {
  const room = useRoom();
  const mine = whispers.value.filter((one) => one.room === room.room.id && one.thread === thread && !one.dialog);
  const last = mine.at(-1)?.id;
  useEffect(() => {
    // Who just asked looks at the answer.
    if (last) document.querySelector(`[data-whisper="${last}"]`)?.scrollIntoView({ block: "nearest" });
  }, [last]);
  if (mine.length === 0) return null;
  return (
    <ol class="lines whispers" aria-label={t("whispers.label")} aria-live="polite">
      {mine.map((one) => (
        <Line key={one.id} whisper={one} />
      ))}
    </ol>
  );
}

function Line({ whisper }: { whisper: Whisper }) {
  const room = useRoom();
  const name = people.value.has(whisper.bot) ? room.name(whisper.bot) : t("whispers.bot");
  return (
    <li class="message-row" data-whisper={whisper.id}>
      <article class="message message-head whisper" aria-label={t("whispers.by", { name })}>
        <Avatar id={whisper.bot} name={name} />
        <div class="message-main">
          <header class="message-by">
            <span class="message-name">{name}</span>
            <span class="message-small">{t("whispers.only")}</span>
            <time class="message-small" dateTime={whisper.at}>{clock(whisper.at)}</time>
          </header>
          <Said whisper={whisper} />
        </div>
        <IconButton icon="close" label={t("whispers.dismiss")} class="whisper-close" onClick={() => dismiss(whisper.id)} />
      </article>
    </li>
  );
}

function Said({ whisper }: { whisper: Whisper }) {
  const { mentioned } = useRoom();
  if (whisper.blocks) return <Blocks id={whisper.id} bot={whisper.bot} blocks={whisper.blocks} />;
  return <Body text={whisper.body} mentioned={mentioned} />;
}

/** A form that a bot puts before the reader's eyes; closing it takes it away. */
export function WhisperDialog() {
  const room = useRoom();
  const one = whispers.value.find((other) => other.dialog && other.room === room.room.id);
  if (!one) return null;
  const [head, ...rest] = one.blocks ?? [];
  const titled = head?.type === "header";
  const shown = titled ? { ...one, blocks: rest } : one;
  return (
    <Dialog key={one.id} title={titled ? head.text : room.name(one.bot)} onClose={() => dismiss(one.id)}>
      <p class="message-small">{t("whispers.asks", { name: room.name(one.bot) })}</p>
      <Said whisper={shown} />
    </Dialog>
  );
}
