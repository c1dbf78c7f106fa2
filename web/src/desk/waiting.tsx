/// What waits for a yes or a no: people who ask to come in, posts that others do not see yet.

import { useRef } from "preact/hooks";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, EmptyState, Section, remark } from "../ui";
import type { JoinRequest } from "../wire/views";
import { shortly } from "../room/times";
import { useFocusKept } from "./focus";
import { DeclinedPosts, HeldPosts } from "./held";

export function Waiting({ open }: { open: OpenRoom }) {
  const { desk } = open;
  const box = useRef<HTMLDivElement>(null);
  const count = desk ? desk.requests.length + desk.held.length : 0;
  useFocusKept(box, count);
  if (!desk) return null;
  return (
    <div ref={box} class="desk" tabIndex={-1}>
      {count === 0 && <EmptyState title={t("desk.waiting.none")}>{t("desk.waiting.none.body")}</EmptyState>}
      {desk.requests.length > 0 && <Requests room={open.snapshot.room.id} requests={desk.requests} />}
      {desk.held.length > 0 && <HeldPosts held={desk.held} />}
      {desk.declined.length > 0 && <DeclinedPosts declined={desk.declined} />}
    </div>
  );
}

function Requests({ room, requests }: { room: string; requests: JoinRequest[] }) {
  const answer = async (type: "room.admit" | "room.decline", { person }: JoinRequest) => {
    if (await attempt(ask(type, { room, person: person.id }))) {
      remark(t(type === "room.admit" ? "desk.admitted" : "desk.declined", { name: person.name }), "good");
    }
  };
  return (
    <Section title={t("desk.requests", { count: requests.length })}>
      <ul class="lines">
        {requests.map((one) => (
          <li key={one.person.id} class="line-item" data-request={one.person.id}>
            <Avatar id={one.person.id} name={one.person.name} />
            <div class="line-text">
              <span class="line-title">{one.person.name}</span>
              <span class="line-small">@{one.person.username} · {t("desk.request.asked", { when: shortly(one.at, Date.now()) })}</span>
            </div>
            <div class="form-actions">
              <Button aria-label={t("desk.decline.of", { name: one.person.name })} onClick={() => void answer("room.decline", one)}>
                {t("members.decline")}
              </Button>
              <Button kind="primary" aria-label={t("desk.admit.of", { name: one.person.name })} onClick={() => void answer("room.admit", one)}>
                {t("members.admit")}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
