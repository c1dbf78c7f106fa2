/// One message: a paragraph with a name. What can be done to it appears on hover and focus, or behind ⋯.

import { Component, type ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Blocks } from "../bots/blocks";
import { Body } from "../markup/body";
import { plain } from "../markup/parse";
import { href } from "../router";
import { editMessage, toggleReaction } from "../store/actions";
import { fetchMissing } from "../store/rooms";
import { t } from "../texts";
import { Ahead, folded, foldedWords, unitLabel } from "../tools/ahead";
import { Avatar, Icon, IconButton } from "../ui";
import type { HeldPost, Message, Quote } from "../wire/views";
import { NameButton } from "./card";
import { epitaph, useRoom, type RoomContext } from "./context";
import { EditBox } from "./edit";
import { Change } from "./held";
import { Follow } from "./moved";
import { clock, shortly, whole } from "./times";
import { Unheard } from "./unheard";

/** Opens the menu, the reactions, or answers in the thread. */
export type OnDo = (what: "menu" | "react" | "reply", message: Message, anchor: HTMLElement) => void;

interface Props {
  message: Message;
  head: boolean;
  room: RoomContext;
  editing: boolean;
  /** Led to by a link: glows once. */
  shown: boolean;
  /** Drawn inside its own thread, where it says nothing about replies. */
  inThread?: boolean;
  /** One's own new text for it, which waits for facilitators. */
  change?: HeldPost | undefined;
  /** It answers the topic it stands in. */
  answers?: boolean;
  onDo: OnDo;
}

/** Drawn again only when something about it has changed: hundreds stand in a window. */
export class MessageLine extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    return (Object.keys(next) as (keyof Props)[]).some((key) => next[key] !== this.props[key]);
  }

  override render({ message, head, room, editing, shown, inThread = false, change, answers = false, onDo }: Props): ComponentChildren {
    const name = room.name(message.author);
    const look = ["message", head && "message-head", shown && "message-shown", answers && "message-answer"].filter(Boolean).join(" ");
    const gone = message.body === null;
    return (
      <li class="message-row" data-no={message.no} data-id={message.id}>
        <article class={look} tabIndex={-1} aria-label={`${name}, ${clock(message.at)}`}>
          {head ? <Avatar id={message.author} name={name} /> : <time class="message-when" dateTime={message.at}>{clock(message.at)}</time>}
          <div class="message-main">
            {head && <Head message={message} name={name} room={room} />}
            <Unheard author={message.author} name={name}>
              {message.quote && <Quoted quote={message.quote} />}
              {editing && !gone ? <EditBox body={message.body ?? ""} save={(body) => editMessage(message, body)} /> : <Text message={message} name={name} room={room} />}
              {answers && <p class="answer-mark"><Icon name="check" size={16} /> {t("forum.answer")}</p>}
              {change && !editing && <Change held={change} />}
              <Reactions message={message} room={room} />
            </Unheard>
            {!inThread && message.replies && message.replies.count > 0 && <Replies message={message} room={room} />}
          </div>
          {!gone && !editing && <Tools message={message} name={name} room={room} onDo={onDo} inThread={inThread} />}
        </article>
      </li>
    );
  }
}

function Head({ message, name, room }: { message: Message; name: string; room: RoomContext }) {
  const person = room.people.get(message.author);
  return (
    <header class="message-by">
      <span class="message-name">
        <NameButton id={message.author}>{name}</NameButton>
      </span>
      {room.twins.has(message.author) && <span class="message-small">@{person?.username}</span>}
      {person?.role === "bot" && <span class="message-small">{t("person.bot")}</span>}
      {room.facilitators.has(message.author) && <span class="message-small">{t("room_role.facilitator")}</span>}
      <time class="message-small" dateTime={message.at} title={whole(message.at)}>
        {clock(message.at)}
      </time>
    </header>
  );
}

function Text({ message, name, room }: { message: Message; name: string; room: RoomContext }) {
  if (message.body === null) {
    return (
      <p class="message-gone">
        {epitaph(message, name)} {message.moved && <Follow moved={message.moved} />}
      </p>
    );
  }
  return (
    <>
      {message.title && !room.topics && <p class="message-title">{message.title}</p>}
      <Ahead message={message} room={room}>
        {message.blocks ? (
          <Blocks id={message.id} bot={message.author} blocks={message.blocks} />
        ) : (
          <Body text={message.body} mentioned={room.mentioned} />
        )}
      </Ahead>
      {(message.edited_at || message.pinned || message.first_at || message.unit) && (
        <p class="message-marks">
          {message.unit && !folded(message, room) && <span><Icon name="book" size={13} /> {unitLabel(message, room)}</span>}
          {message.pinned && <span><Icon name="pin" size={13} /> {t("message.pinned")}</span>}
          {message.first_at && <span title={whole(message.first_at)}>{t("message.first_at", { when: shortly(message.first_at, Date.now()) })}</span>}
          {message.edited_at && <span title={whole(message.edited_at)}>{t("message.edited")}</span>}
        </p>
      )}
    </>
  );
}

/** A quotation is a reference: what it says is read where it stands. */
export function Quoted({ quote }: { quote: Quote }) {
  const room = useRoom();
  const message = room.quoted(quote.message);
  useEffect(() => {
    if (message === undefined) void fetchMissing(room.room.id, quote.message, "quote");
  }, [message === undefined, quote.message]);
  if (message === null) return <blockquote class="quoted">{t("message.quote.hidden")}</blockquote>;
  if (message === undefined) return <blockquote class="quoted">{t("message.quote.loading")}</blockquote>;
  if (message.body === null) return <blockquote class="quoted">{t("message.quote.gone")}</blockquote>;
  const at = message.thread ? href("r", message.room, "t", message.thread, message.no) : href("r", message.room, message.no);
  return (
    <blockquote class="quoted">
      <a href={at}>
        <span class="quoted-name">{t("message.quote.by", { name: room.name(message.author) })}</span>{" "}
        {folded(message, room) ? foldedWords(message, room) : plain(message.body, room.mentioned.label)}
      </a>
    </blockquote>
  );
}

function Reactions({ message, room }: { message: Message; room: RoomContext }) {
  const all = Object.entries(message.reactions);
  if (all.length === 0) return null;
  return (
    <ul class="reactions" aria-label={t("message.reactions")}>
      {all.map(([emoji, by]) => {
        const names = new Intl.ListFormat("en").format(by.slice(0, 12).map(room.name));
        const label = t("message.reaction", { emoji, count: by.length, names });
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              aria-pressed={by.includes(room.me)}
              aria-label={label}
              title={names}
              disabled={!room.may.react}
              onClick={() => void toggleReaction(message, emoji)}
            >
              <span class="reaction-emoji">{emoji}</span> {by.length}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Replies({ message, room }: { message: Message; room: RoomContext }) {
  const { replies } = message;
  if (!replies) return null;
  return (
    <a class="replies" href={href("r", message.room, "t", message.id)}>
      <span class="replies-faces">
        {replies.people.map((id) => (
          <Avatar key={id} id={id} name={room.name(id)} size="s" />
        ))}
      </span>
      <span class="replies-count">{t("message.replies", { count: replies.count })}</span>
      <span class="message-small">{t("message.replies.last", { when: shortly(replies.last_at, Date.now()) })}</span>
    </a>
  );
}

interface ToolsProps {
  message: Message;
  name: string;
  room: RoomContext;
  inThread: boolean;
  onDo: OnDo;
}

function Tools({ message, name, room, inThread, onDo }: ToolsProps) {
  const run = (what: "menu" | "react" | "reply") => (event: MouseEvent & { currentTarget: HTMLElement }) =>
    onDo(what, message, event.currentTarget);
  return (
    <div class="tools">
      {room.may.react && <IconButton icon="emoji" label={t("message.react")} class="tools-wide" onClick={run("react")} />}
      {room.may.reply && !inThread && !message.thread && (
        <IconButton icon="thread" label={t("message.reply")} class="tools-wide" onClick={run("reply")} />
      )}
      <IconButton icon="more" label={t("message.actions", { name })} aria-haspopup="menu" onClick={run("menu")} />
    </div>
  );
}
