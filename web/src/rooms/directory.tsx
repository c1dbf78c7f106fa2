/// All rooms one may see: what they are for, how many are there, and the way in.

import { useState } from "preact/hooks";
import { go, href } from "../router";
import { ask } from "../store/ask";
import { entries, home, listed } from "../store/state";
import { t } from "../texts";
import { Button, ButtonLink, CheckField, EmptyState, FailedState, Field, Loading, Page } from "../ui";
import { readAlong } from "../store/may";
import type { Room } from "../wire/views";
import { useListing } from "./fetch";
import { joinRoom } from "./join";

export function Directory() {
  const [q, setQ] = useState("");
  const [archived, setArchived] = useState(false);
  const here = home.value;
  const { list, more, retry } = useListing<Room>(`${q} ${archived} ${listed.value} ${here.state}`, async (after) => {
    const { result } = await ask("directory.rooms", { q, archived, limit: 50, ...(after ? { after } : {}) });
    return { items: result.rooms, next: result.next };
  });
  const community = here.state === "ready" ? here.community.name : "";
  return (
    <Page title={t("directory.title")} lead={t("directory.lead", { community })} back={href()}>
      <div class="directory-find">
        <Field label={t("directory.search")} type="search" value={q} onInput={setQ} />
        <CheckField label={t("directory.archived")} checked={archived} onInput={setArchived} />
      </div>
      {list.state === "loading" && <Loading />}
      {list.state === "failed" && <FailedState error={list.error} retry={retry} />}
      {list.state === "ready" && list.items.length === 0 && (
        <EmptyState title={t(q ? "directory.empty" : "directory.none")}>{t("directory.none.body")}</EmptyState>
      )}
      {list.state === "ready" && (
        <ul class="cards">
          {list.items.map((room) => (
            <Card key={room.id} room={room} />
          ))}
        </ul>
      )}
      {list.state === "ready" && list.next !== null && <Button onClick={more}>{t("common.more")}</Button>}
    </Page>
  );
}

function Card({ room }: { room: Room }) {
  const state = entries.value.get(room.id)?.me.state;
  return (
    <li class="card">
      <div class="card-text">
        <h2>{state === "member" || readAlong(room) ? <a href={href("r", room.id)}>{room.name}</a> : room.name}</h2>
        {room.purpose && <p>{room.purpose}</p>}
        <p class="card-small">
          {t("directory.members", { count: room.member_count })}
          {room.archived && ` · ${t("rooms.section.archived")}`}
          {state === "requested" && ` · ${t("rooms.requested")}`}
        </p>
      </div>
      <Enter room={room} state={state} />
    </li>
  );
}

function Enter({ room, state }: { room: Room; state: string | undefined }) {
  const [busy, setBusy] = useState(false);
  if (state === "member" || room.archived) {
    return state === "member" || readAlong(room) ? (
      <ButtonLink href={href("r", room.id)}>{t(state === "member" ? "directory.enter" : "directory.read")}</ButtonLink>
    ) : null;
  }
  if (state === "requested") return null;
  const join = async () => {
    setBusy(true);
    const joined = await joinRoom(room.id);
    setBusy(false);
    if (joined) go("r", room.id);
  };
  return (
    <Button busy={busy} onClick={() => void join()} aria-label={`${t(room.access === "request" ? "directory.ask" : "directory.join")}: ${room.name}`}>
      {t(room.access === "request" ? "directory.ask" : "directory.join")}
    </Button>
  );
}
