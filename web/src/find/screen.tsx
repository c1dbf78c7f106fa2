/// What was found: messages, the newest first, each leading to its place. The place is #/find/{what was typed}.

import { useEffect, useState } from "preact/hooks";
import { go, href } from "../router";
import { useListing } from "../rooms/fetch";
import { shortly, whole } from "../room/times";
import { ask } from "../store/ask";
import { nameOf, roomName } from "../store/names";
import { home, learn, line, people } from "../store/state";
import { t } from "../texts";
import { Button, EmptyState, FailedState, Form, Icon, Loading, Page } from "../ui";
import type { FoundMessage, Room } from "../wire/views";
import { filtersOf, pieces, toggled } from "./query";
import { noteFind, recent } from "./recent";

interface Hit {
  hit: FoundMessage;
  room: Room | undefined;
}

export function FindScreen({ q }: { q: string }) {
  const here = home.value;
  const [typed, setTyped] = useState(q);
  useEffect(() => setTyped(q), [q]);
  const me = here.state === "ready" ? here.me.id : "";
  useEffect(() => {
    if (me && q.trim()) noteFind(me, q);
  }, [me, q]);
  return (
    <Page title={t("find.page.title")} back={href()}>
      <Form onSubmit={() => go("find", typed.trim())}>
        <div class="find-field find-again">
          <Icon name="search" size={18} />
          <input
            class="input"
            type="search"
            aria-label={t("find.page.label")}
            autocomplete="off"
            spellcheck={false}
            enterkeyhint="search"
            maxLength={300}
            placeholder={t("find.page.placeholder")}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" kind="primary">{t("find.page.submit")}</Button>
        </div>
      </Form>
      {me && <Chips me={me} q={q} />}
      {q.trim() ? <Results key={q} q={q} me={me} /> : <EmptyState title={t("find.short.title")}>{t("find.hint")}</EmptyState>}
    </Page>
  );
}

/** Filters used lately, to put in or take out. */
function Chips({ me, q }: { me: string; q: string }) {
  const chosen = filtersOf(q);
  const offered = [...new Set([...chosen, ...recent(me).filters, "from:me"])].slice(0, 7);
  return (
    <ul class="find-chips" aria-label={t("find.filters")}>
      {offered.map((one) => (
        <li key={one}>
          <button type="button" class="find-chip" aria-pressed={chosen.includes(one)} onClick={() => go("find", toggled(q, one))}>
            {one}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Results({ q, me }: { q: string; me: string }) {
  const [understood, setUnderstood] = useState(true);
  const { list, more, retry } = useListing<Hit>(
    `${q} ${me}`,
    async (after) => {
      const { result } = await ask("find.messages", { q, limit: 20, ...(after ? { after } : {}) });
      learn(result.people);
      setUnderstood(result.asked);
      const rooms = new Map(result.rooms.map((room) => [room.id, room]));
      return { items: result.results.map((hit) => ({ hit, room: rooms.get(hit.room) })), next: result.next };
    },
    0,
  );
  const online = line.value.state === "open";
  useEffect(() => {
    // What could not be asked without a line is asked as soon as there is one.
    if (online && list.state === "failed") retry();
  }, [online]);
  if (list.state !== "ready" && (line.value.state === "waiting" || line.value.state === "stopped")) return <EmptyState title={t("find.offline.title")}>{t("find.offline.body")}</EmptyState>;
  if (list.state === "loading") return <Loading label={t("find.looking")} />;
  if (list.state === "failed") return <FailedState error={list.error} retry={retry} />;
  if (!understood) return <EmptyState title={t("find.short.title")}>{t("find.hint")}</EmptyState>;
  if (list.items.length === 0) return <Nothing q={q} />;
  return (
    <section aria-label={t("find.results")}>
      <p class="visually-hidden" role="status">{t("find.count", { count: list.items.length })}</p>
      <ol class="find-results">
        {list.items.map(({ hit, room }) => (
          <Result key={hit.message} hit={hit} room={room} me={me} />
        ))}
      </ol>
      {list.next !== null && <Button onClick={more}>{t("find.older")}</Button>}
    </section>
  );
}

function Nothing({ q }: { q: string }) {
  const filters = filtersOf(q);
  return (
    <EmptyState
      title={t("find.none.title")}
      action={filters.length > 0 && (
        <Button onClick={() => go("find", filters.reduce(toggled, q))}>{t("find.none.wider")}</Button>
      )}
    >
      {t(filters.length > 0 ? "find.none.filters" : "find.none.body")}
    </EmptyState>
  );
}

function Result({ hit, room, me }: { hit: FoundMessage; room: Room | undefined; me: string }) {
  const where = room ? roomName(room, people.value, me) : "";
  const to = hit.thread ? href("r", hit.room, "t", hit.thread, hit.no) : href("r", hit.room, hit.no);
  const author = nameOf(people.value, hit.author);
  return (
    <li>
      <a class="find-result" href={to}>
        <span class="find-result-head">
          <span class="find-author">{author}</span>
          <span class="find-where">{t(hit.thread ? "find.in_thread" : "find.in", { room: where })}</span>
          <time dateTime={hit.at} title={whole(hit.at)}>{shortly(hit.at, Date.now())}</time>
        </span>
        <span class="find-excerpt">
          {hit.ahead ? t("book.folded", { unit: hit.ahead }) : pieces(hit.excerpt, hit.marks).map((piece, n) =>
            piece.marked ? <mark key={n}>{piece.text}</mark> : <span key={n}>{named(piece.text)}</span>,
          )}
        </span>
      </a>
    </li>
  );
}

/** Mentions by name; an excerpt is plain text otherwise. */
const named = (text: string): string =>
  text.replace(/<@(p_[0-9a-z]+|room|facilitators)>/g, (_, who: string) => `@${who.startsWith("p_") ? nameOf(people.value, who) : who}`);
