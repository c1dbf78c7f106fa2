/// Everybody of a large room: a page at a time, found by name on the server. What has changed since is in the snapshot.

import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { useListing } from "../rooms/fetch";
import { ask } from "../store/ask";
import { learn, type OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button, FailedState, Field, Loading } from "../ui";
import type { Member } from "../wire/views";

/** Rooms with more members than this are listed page by page. */
export const MANY = 50;
const PAGE = 40;

interface EveryoneProps {
  open: OpenRoom;
  line: (member: Member) => ComponentChild;
}

export function Everyone({ open, line }: EveryoneProps) {
  const { room, members } = open.snapshot;
  const [q, setQ] = useState("");
  const { list, more, retry } = useListing<Member>(`${room.id} ${q}`, async (after) => {
    const { result } = await ask("room.members", { room: room.id, q, limit: PAGE, ...(after ? { after } : {}) });
    learn(result.people);
    return { items: result.members, next: result.next };
  });
  const now = new Map(members.map((one) => [one.person, one]));
  // A snapshot that names everybody knows who has gone meanwhile.
  const whole = members.filter((one) => one.state === "member").length === room.member_count;
  const shown = (items: Member[]) =>
    items.flatMap((one) => {
      const fresh = now.get(one.person);
      return fresh ?? (whole ? [] : one);
    });
  return (
    <section class="people-group">
      <h3>
        {t("members.all")} <span>{room.member_count}</span>
      </h3>
      <Field label={t("members.find")} type="search" autocomplete="off" spellcheck={false} value={q} onInput={setQ} />
      {list.state === "loading" && <Loading />}
      {list.state === "failed" && <FailedState error={list.error} retry={retry} />}
      {list.state === "ready" && list.items.length === 0 && <p class="people-note">{t("members.nobody")}</p>}
      {list.state === "ready" && list.items.length > 0 && <ul class="people-all">{shown(list.items).map(line)}</ul>}
      {list.state === "ready" && list.next !== null && <Button onClick={more}>{t("common.more")}</Button>}
    </section>
  );
}
