/// Polls as people see them: asking, choosing, and what came of it. Named votes move while one looks.

import { useEffect, useState } from "preact/hooks";
import { useRoom, type RoomContext } from "../room/context";
import { Panel } from "../room/panel";
import { whole } from "../room/times";
import { say } from "../net/error";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button, CheckField, Confirm, EmptyState, Icon, MenuButton, Notice, type MenuItem } from "../ui";
import { AskDialog } from "./poll_ask";
import { counted, isOver, NO_POLLS, running, type Poll, type Polls } from "./poll";
import { markOf } from "./poll_bar";
import { askTool, toolState, useNow, useTool } from "./use";

export function PollPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const state = toolState<Polls>(open, "poll", NO_POLLS);
  const now = useNow(state.polls.some((one) => !one.closed && one.until !== null));
  const [asking, ask_] = useState(false);
  const live = running(state, now).toReversed();
  const over = state.polls.filter((one) => isOver(one, now)).toReversed();
  return (
    <Panel room={room.room.id} title={t("poll.title")}>
      <div class="margin-body tool">
        {state.polls.length === 0 && <EmptyState title={t("poll.none")} level={3}>{t("poll.none.body")}</EmptyState>}
        {room.may.reply && (
          <p class="tool-main">
            <Button icon="plus" onClick={() => ask_(true)}>{t("poll.ask")}</Button>
          </p>
        )}
        {live.map((one) => <OnePoll key={one.id} one={one} room={room} voted={markOf(open).includes(one.id)} />)}
        {over.length > 0 && live.length > 0 && <h3>{t("poll.over")}</h3>}
        {over.map((one) => <OnePoll key={one.id} one={one} room={room} over voted={markOf(open).includes(one.id)} />)}
      </div>
      {asking && <AskDialog room={room.room.id} onClose={() => ask_(false)} />}
    </Panel>
  );
}

interface OneProps {
  one: Poll;
  room: RoomContext;
  voted: boolean;
  over?: boolean;
}

function OnePoll({ one, room, voted, over = false }: OneProps) {
  const [dropping, drop] = useState(false);
  const mine = one.votes[room.me] ?? [];
  const keeps = one.by === room.me || room.may.facilitate;
  const choosing = !over && room.may.reply && !voted && one.question !== null;
  const items: (MenuItem | false)[] = [
    !one.closed && { label: t("poll.close"), icon: "check", run: () => void useTool(room.room.id, "poll", { do: "close", id: one.id }) },
    { label: t("poll.drop"), icon: "trash", danger: true, run: () => drop(true) },
  ];
  return (
    <section class="poll" data-poll={one.id} aria-label={one.question ?? t("poll.wordless")}>
      <header class="poll-head">
        <h3 class="poll-question">{one.question ?? t("poll.wordless")}</h3>
        {keeps && room.may.reply && <MenuButton icon="more" label={t("poll.actions", { question: one.question ?? "" })} items={items.filter((item) => item !== false)} />}
      </header>
      <p class="poll-facts">{facts(one, room)}</p>
      {choosing ? <Choosing one={one} mine={mine} room={room} /> : <Result one={one} room={room} mine={mine} />}
      {!over && voted && <p class="poll-facts" role="status">{t("poll.voted.secret")}</p>}
      {over && one.anonymous && one.closed && one.counts === null && <p class="poll-facts">{t("poll.few")}</p>}
      {dropping && (
        <Confirm title={t("poll.drop")} action={t("poll.drop")} danger onConfirm={async () => void (await askTool(room.room.id, "poll", { do: "drop", id: one.id }))} onClose={() => drop(false)}>
          <p>{t("poll.drop.body")}</p>
        </Confirm>
      )}
    </section>
  );
}

function facts(one: Poll, room: RoomContext): string {
  const votes = one.anonymous ? one.voters : Object.keys(one.votes).length;
  return [
    t("poll.by", { name: room.name(one.by) }),
    t(one.anonymous ? "poll.anonymous" : "poll.named"),
    one.many && t("poll.many"),
    !one.closed && one.until !== null && t("poll.until", { when: whole(new Date(one.until / 1000).toISOString()) }),
    (one.closed || !one.anonymous) && t("poll.votes", { count: votes }),
  ].filter(Boolean).join(" · ");
}

function Choosing({ one, mine, room }: { one: Poll; mine: number[]; room: RoomContext }) {
  const [chosen, choose] = useState<number[]>(mine);
  const [error, setError] = useState<unknown>();
  useEffect(() => choose(mine), [mine.join()]);
  const counts = counted(one);
  const changed = chosen.toSorted().join() !== mine.toSorted().join();
  const vote = async () => {
    setError(undefined);
    try {
      await askTool(room.room.id, "poll", { do: "vote", id: one.id, options: chosen });
    } catch (thrown) {
      setError(thrown);
    }
  };
  const toggle = (at: number) => (on: boolean) => choose(one.many ? (on ? [...chosen, at] : chosen.filter((other) => other !== at)) : [at]);
  return (
    <form
      class="poll-form"
      onSubmit={(event) => {
        event.preventDefault();
        void vote();
      }}
    >
      <fieldset class="choices">
        <legend class="visually-hidden">{one.question}</legend>
        {one.options.map((option, at) => {
          const hint = counts ? t("poll.count", { count: counts[at] ?? 0 }) : undefined;
          return one.many ? (
            <CheckField key={at} label={option} {...(hint ? { hint } : {})} checked={chosen.includes(at)} onInput={toggle(at)} />
          ) : (
            <label key={at} class="choice">
              <input type="radio" name={`poll-${one.id}`} checked={chosen.includes(at)} onChange={() => toggle(at)(true)} />
              <span>{option}{hint && <small>{hint}</small>}</span>
            </label>
          );
        })}
      </fieldset>
      {one.anonymous && <p class="field-hint">{t("poll.secret")}</p>}
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
      <p class="tool-row poll-do">
        <Button type="submit" kind="primary" disabled={!changed || chosen.length === 0}>{t(mine.length > 0 ? "poll.vote.change" : "poll.vote")}</Button>
        {mine.length > 0 && (
          <Button kind="quiet" onClick={() => void useTool(room.room.id, "poll", { do: "vote", id: one.id, options: [] })}>{t("poll.vote.back")}</Button>
        )}
      </p>
    </form>
  );
}

function Result({ one, room, mine }: { one: Poll; room: RoomContext; mine: number[] }) {
  const counts = counted(one);
  const most = Math.max(1, ...(counts ?? []));
  return (
    <ul class="poll-result">
      {one.options.map((option, at) => {
        const names = Object.entries(one.votes).filter(([, chosen]) => chosen.includes(at)).map(([who]) => room.name(who));
        const count = counts?.[at];
        return (
          <li key={at}>
            <span class="poll-option">
              <span>{option} {mine.includes(at) && <Icon name="check" size={14} />}</span>
              {count !== undefined && <span class="poll-number">{count}</span>}
            </span>
            {count !== undefined && count > 0 && <span class="poll-bar" style={{ inlineSize: `${(count / most) * 100}%` }} aria-hidden="true" />}
            {names.length > 0 && <span class="poll-facts">{new Intl.ListFormat("en").format(names.slice(0, 30))}</span>}
          </li>
        );
      })}
    </ul>
  );
}
