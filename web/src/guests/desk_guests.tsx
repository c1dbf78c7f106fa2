/// The desk's tab about guests: passes that are out, who is here by them, and ending either.

import { useEffect, useRef, useState } from "preact/hooks";
import { distance } from "../account/when";
import { useFocusKept } from "../desk/focus";
import { ApiError, say } from "../net/error";
import { kindOf } from "../rooms/kinds";
import { untilWhen } from "../sanctions/when";
import { ask } from "../store/ask";
import { deskMoved, passed, wakeAt } from "../store/given";
import { nameOf } from "../store/names";
import { home, learn, people, type Fetched, type OpenRoom } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, CheckField, Confirm, EmptyState, FailedState, Loading, Notice, Section, remark } from "../ui";
import type { GuestPass, PassListing, Visit } from "../wire/guests";
import { NewPass } from "./new_pass";
import { ShowPass } from "./show_pass";
import { spanOf } from "./span";

/** Why a pass lets nobody in any more; undefined while it does. */
export function overBy(one: GuestPass, now: number): "revoked" | "expired" | "used" | undefined {
  if (one.revoked) return "revoked";
  if (Date.parse(one.expires_at) <= now) return "expired";
  return one.uses >= one.max_uses ? "used" : undefined;
}

export function DeskGuests({ open }: { open: OpenRoom }) {
  const { id, name, kind, archived } = open.snapshot.room;
  const [found, set] = useState<Fetched<{ list: PassListing }>>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  const [making, make] = useState(false);
  const [shown, show] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const moved = deskMoved.value;
  void passed.value;
  useEffect(() => {
    let current = true;
    ask("pass.list", { room: id }).then(
      ({ result }) => {
        learn(result.people);
        if (current) set({ state: "ready", list: result });
      },
      (error: unknown) => current && set({ state: "failed", error }),
    );
    return () => {
      current = false;
    };
  }, [id, moved, turn]);
  const now = Date.now();
  const list = found.state === "ready" ? found.list : { passes: [], visits: [] };
  const visits = list.visits.filter((one) => Date.parse(one.until) > now);
  const good = list.passes.filter((one) => !overBy(one, now));
  const over = list.passes.filter((one) => overBy(one, now));
  const next = Math.min(...visits.map((one) => Date.parse(one.until)), ...good.map((one) => Date.parse(one.expires_at)));
  useEffect(() => {
    if (Number.isFinite(next)) wakeAt(next);
  }, [next]);
  useFocusKept(box, visits.length + good.length);
  if (!kindOf(kind).guests) return <Notice>{say(new ApiError("no_guests_here", ""))}</Notice>;
  if (found.state === "loading") return <Loading />;
  if (found.state === "failed") return <FailedState error={found.error} retry={() => setTurn(turn + 1)} />;
  const here = home.value;
  const community = here.state === "ready" ? here.community.name : "";
  const create = archived ? undefined : <Button kind="primary" icon="plus" onClick={() => make(true)}>{t("guests.make")}</Button>;
  const showing = list.passes.find((one) => one.id === shown);
  return (
    <div ref={box} class="desk" tabIndex={-1}>
      {good.length === 0 ? (
        <EmptyState title={t("guests.none")} action={create}>{t("guests.none.body")}</EmptyState>
      ) : (
        <Section title={t("guests.passes")}>
          <p class="prose">{t("guests.lead")}</p>
          <ul class="lines">{good.map((one) => <PassLine key={one.id} pass={one} onShow={() => show(one.id)} />)}</ul>
          <div class="form-actions">{create}</div>
        </Section>
      )}
      {visits.length > 0 && (
        <Section title={t("guests.here", { count: visits.length })}>
          <ul class="lines">{visits.map((one) => <VisitLine key={one.person} room={id} visit={one} />)}</ul>
        </Section>
      )}
      {over.length > 0 && (
        <details class="desk-declined">
          <summary>{t("guests.over")}</summary>
          <ul class="lines">{over.map((one) => <PassLine key={one.id} pass={one} />)}</ul>
        </details>
      )}
      {making && (
        <NewPass
          room={id}
          onClose={() => make(false)}
          onMade={(invitation) => {
            make(false);
            setTurn(turn + 1);
            show(invitation);
          }}
        />
      )}
      {showing && <ShowPass pass={showing} room={name} community={community} onClose={() => show(null)} />}
    </div>
  );
}

function PassLine({ pass, onShow }: { pass: GuestPass; onShow?: () => void }) {
  const [ending, end] = useState(false);
  const now = Date.now();
  const { uses, max_uses: most, expires_at, code } = pass;
  const over = overBy(pass, now);
  const until = over ? t(`guests.${over}`) : t("guests.until", { when: distance(expires_at, now) });
  const short = code.slice(0, 4);
  return (
    <li class="line-item" data-pass={pass.id}>
      <div class="line-text">
        <span class="line-title">{t("guests.pass", { span: spanOf(pass.lasts) })}</span>
        <span class="line-small">
          {[t("guests.uses", { uses, most }), until, t("guests.by", { name: nameOf(people.value, pass.by) }), t("invitations.code", { code: short })].join(" · ")}
        </span>
      </div>
      {onShow && (
        <div class="line-actions">
          <Button aria-label={t("guests.show.of", { code: short })} onClick={onShow}>{t("guests.show")}</Button>
          <Button kind="quiet" aria-label={t("guests.end_pass.of", { code: short })} onClick={() => end(true)}>{t("guests.end_pass")}</Button>
        </div>
      )}
      {ending && <EndPass pass={pass} onClose={() => end(false)} />}
    </li>
  );
}

function EndPass({ pass, onClose }: { pass: GuestPass; onClose: () => void }) {
  const [go, setGo] = useState(true);
  const revoke = async () => {
    await ask("pass.revoke", { invitation: pass.id, stay: !go });
    remark(t("guests.end_pass.done"), "good");
  };
  return (
    <Confirm title={t("guests.end_pass.title")} action={t("guests.end_pass")} danger onConfirm={revoke} onClose={onClose}>
      <p>{t("guests.end_pass.body")}</p>
      <CheckField label={t("guests.end_pass.go")} hint={t("guests.end_pass.go.hint")} checked={go} onInput={setGo} />
    </Confirm>
  );
}

function VisitLine({ room, visit }: { room: string; visit: Visit }) {
  const [ending, end] = useState(false);
  const name = nameOf(people.value, visit.person);
  return (
    <li class="line-item" data-visit={visit.person}>
      <Avatar id={visit.person} name={name} />
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-small">{t("guests.visit", { until: untilWhen(visit.until, Date.now()) })}</span>
      </div>
      <div class="line-actions">
        <Button aria-label={t("guests.end_visit.of", { name })} onClick={() => end(true)}>{t("guests.end_visit")}</Button>
      </div>
      {ending && <EndVisit room={room} person={visit.person} name={name} onClose={() => end(false)} />}
    </li>
  );
}

interface EndVisitProps {
  room: string;
  person: string;
  name: string;
  onClose: () => void;
}

export function EndVisit({ room, person, name, onClose }: EndVisitProps) {
  const end = async () => {
    await ask("pass.end", { room, person });
    remark(t("guests.end_visit.done", { name }), "good");
  };
  return (
    <Confirm title={t("guests.end_visit.title", { name })} action={t("guests.end_visit")} danger onConfirm={end} onClose={onClose}>
      <p>{t("guests.end_visit.body", { name })}</p>
    </Confirm>
  );
}
