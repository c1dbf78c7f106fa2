/// The desk's tab about people: who asks to be heard again, what is in force, and the members, to do something about.

import { useEffect, useRef, useState } from "preact/hooks";
import { useFocusKept } from "../desk/focus";
import { shortly } from "../room/times";
import { useListing } from "../rooms/fetch";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { binds, deskMoved, passed, wakeAt } from "../store/given";
import { standsAbove } from "../store/may";
import { handleOf, nameOf, type People } from "../store/names";
import { home, learn, people, type Fetched, type OpenRoom } from "../store/state";
import { t, type Key } from "../texts";
import { AreaField, Avatar, Button, Confirm, EmptyState, FailedState, Field, Loading, remark, Section } from "../ui";
import type { Sanction } from "../wire/sanctions";
import type { Member } from "../wire/views";
import { GiveDialog } from "./give";
import { untilWhen } from "./when";

export function DeskPeople({ open }: { open: OpenRoom }) {
  const room = open.snapshot.room.id;
  return (
    <>
      <Given room={room} />
      <Members room={room} />
    </>
  );
}

/** What was given in a room; with null the suspensions of the community. */
export function Given({ room }: { room: string | null }) {
  const [found, set] = useState<Fetched<{ list: Sanction[] }>>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const moved = deskMoved.value;
  void passed.value;
  useEffect(() => {
    let current = true;
    ask("room.sanctions", room ? { room } : {}).then(
      ({ result }) => {
        learn(result.people);
        if (current) set({ state: "ready", list: result.sanctions });
      },
      (error: unknown) => current && set({ state: "failed", error }),
    );
    return () => {
      current = false;
    };
  }, [room, moved, turn]);
  const list = found.state === "ready" ? found.list : [];
  const now = Date.now();
  const asking = list.filter(asks);
  const force = list.filter((one) => !asking.includes(one) && binds(one, now));
  const past = list.filter((one) => !asking.includes(one) && !force.includes(one));
  const next = Math.min(...force.map((one) => (one.until ? Date.parse(one.until) : Infinity)));
  useEffect(() => {
    if (Number.isFinite(next)) wakeAt(next);
  }, [next]);
  useFocusKept(box, list.length);
  if (found.state === "loading") return <Loading />;
  if (found.state === "failed") return <FailedState error={found.error} retry={() => setTurn(turn + 1)} />;
  const lines = (some: Sanction[]) => <ul class="lines">{some.map((one) => <GivenLine key={one.id} one={one} />)}</ul>;
  return (
    <div ref={box} class="desk" tabIndex={-1}>
      {asking.length > 0 && <Section title={t("desk.people.appeals", { count: asking.length })}>{lines(asking)}</Section>}
      {force.length > 0 && <Section title={room ? t("desk.people.bound") : t("suspend.list", { count: force.length })}>{lines(force)}</Section>}
      {room && force.length + asking.length === 0 && <EmptyState title={t("desk.people.none")}>{t("desk.people.none.body")}</EmptyState>}
      {past.length > 0 && (
        <details class="desk-declined">
          <summary>{t("desk.people.past")}</summary>
          {lines(past)}
        </details>
      )}
    </div>
  );
}

/** Waits for an answer; what somebody wrote goes with their account. */
const asks = ({ appeal }: Sanction): boolean => Boolean(appeal?.text) && !appeal?.verdict;

function words(one: Sanction, now: number): string {
  const ever = one.until === null && (one.kind === "ban" || one.kind === "suspend");
  return t(`given.${one.kind}${ever ? ".ever" : ""}` as Key, { until: one.until ? untilWhen(one.until, now) : "" });
}

function givenBy({ by, at }: Sanction, known: People, now: number): string {
  const when = shortly(at, now);
  return by === "rule" ? t("given.rule", { when }) : t("given.by", { name: nameOf(known, by), when });
}

function GivenLine({ one }: { one: Sanction }) {
  const [answering, answer] = useState<"lifted" | "upheld" | null>(null);
  const known = people.value;
  const now = Date.now();
  const name = nameOf(known, one.person);
  const open = asks(one);
  const mine = home.value.state === "ready" && home.value.me.id === one.person;
  const lift = async () => {
    if (!(await attempt(ask("sanction.lift", { sanction: one.id })))) return;
    deskMoved.value++;
    remark(t("given.lift.done", { name }), "good");
  };
  return (
    <li class="line-item given" data-sanction={one.id}>
      <Avatar id={one.person} name={name} />
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-small">
          {words(one, now)} · {givenBy(one, known, now)}
          {one.lifted_at && ` · ${t("given.lifted", { when: shortly(one.lifted_at, now) })}`}
        </span>
        {one.reason && <span class="line-small">{t("bound.reason", { reason: one.reason })}</span>}
        {one.appeal?.text && (
          <div class="given-appeal">
            <span class="line-small">{t("given.asks", { name })}</span>
            <p class="desk-text">{one.appeal.text}</p>
            {one.appeal.verdict && <span class="line-small">{t(`appeal.${one.appeal.verdict}`)} {one.appeal.answer && t("appeal.answer", { text: one.appeal.answer })}</span>}
          </div>
        )}
      </div>
      {!mine && (open || binds(one, now)) && (
        <div class="form-actions">
          {open && <Button aria-label={t("given.uphold.of", { name })} onClick={() => answer("upheld")}>{t("given.uphold")}</Button>}
          <Button kind={open ? "primary" : "plain"} aria-label={t("given.lift.of", { name })} onClick={() => (open ? answer("lifted") : void lift())}>
            {t("given.lift")}
          </Button>
        </div>
      )}
      {answering && <Answer one={one} name={name} verdict={answering} onClose={() => answer(null)} />}
    </li>
  );
}

interface AnswerProps {
  one: Sanction;
  name: string;
  verdict: "lifted" | "upheld";
  onClose: () => void;
}

function Answer({ one, name, verdict, onClose }: AnswerProps) {
  const [note, setNote] = useState("");
  const send = async () => {
    await ask("sanction.answer", { sanction: one.id, verdict, note: note.trim() });
    deskMoved.value++;
  };
  return (
    <Confirm title={t("given.answer.title", { name })} action={t(verdict === "lifted" ? "given.lift" : "given.uphold")} onConfirm={send} onClose={onClose}>
      <p>{t(`given.answer.${verdict}`, { name })}</p>
      <AreaField label={t("given.answer.note")} optional value={note} onInput={setNote} rows={3} maxLength={500} />
    </Confirm>
  );
}

function Members({ room }: { room: string }) {
  const [q, setQ] = useState("");
  const [about, give] = useState<Member | null>(null);
  const { list, more, retry } = useListing<Member>(q.trim() + String(deskMoved.value), async (after) => {
    const { result } = await ask("room.members", { room, q: q.trim(), limit: 50, ...(after ? { after } : {}) });
    learn(result.people);
    return { items: result.members, next: result.next };
  });
  const known = people.value;
  const me = home.value.state === "ready" ? home.value.me.id : "";
  return (
    <Section title={t("desk.people.members")}>
      <Field label={t("desk.people.find")} type="search" autocomplete="off" spellcheck={false} value={q} onInput={setQ} />
      {list.state === "loading" && <Loading />}
      {list.state === "failed" && <FailedState error={list.error} retry={retry} />}
      {list.state === "ready" && list.items.length === 0 && <EmptyState title={t("desk.people.nobody")}>{t("desk.people.nobody.body")}</EmptyState>}
      {list.state === "ready" && (
        <ul class="lines">
          {list.items.map((one) => (
            <li key={one.person} class="line-item" data-member={one.person}>
              <Avatar id={one.person} name={nameOf(known, one.person)} />
              <div class="line-text">
                <span class="line-title">{nameOf(known, one.person)}</span>
                <span class="line-small">{handleOf(known.get(one.person))}{one.role !== "member" && ` · ${t(`room_role.${one.role}`)}`}</span>
              </div>
              {one.person !== me && standsAbove([known.get(me), "facilitator"], [known.get(one.person), one.role]) && <Button aria-label={`${t("give.open")} ${nameOf(known, one.person)}`} onClick={() => give(one)}>{t("give.open")}</Button>}
            </li>
          ))}
        </ul>
      )}
      {list.state === "ready" && list.next !== null && <div class="form-actions"><Button onClick={more}>{t("common.more")}</Button></div>}
      {about && <GiveDialog room={room} person={about.person} name={nameOf(known, about.person)} inside onClose={() => give(null)} />}
    </Section>
  );
}
