/// The log: every act of power of a room (or, with null, of everywhere), filtered, and as a table to keep.

import { useState } from "preact/hooks";
import { shortly } from "../room/times";
import { useListing } from "../rooms/fetch";
import { ask } from "../store/ask";
import { deskMoved } from "../store/given";
import { nameOf, type People } from "../store/names";
import { learn, people } from "../store/state";
import { knows, t, type Key } from "../texts";
import { sanctions } from "../texts/late/en.sanctions";
import { Button, EmptyState, FailedState, Field, Loading, SelectField } from "../ui";
import type { LogEntry } from "../wire/sanctions";
import { untilWhen } from "./when";

const ACTS = Object.keys(sanctions).filter((key) => key.startsWith("act.")).map((key) => key.slice(4));
const actOf = (name: string): string => name.replace("_", ".");

export const actWords = (act: string): string => {
  const key = `act.${act.replace(".", "_")}`;
  return knows(key) ? t(key) : act;
};

const MAKER = /,? ?made by (p_[0-9a-z]+)$/;

/** Who acted: somebody, a rule and whoever made it, or the server. */
function actorOf({ by, note }: LogEntry, known: People): string {
  if (by.startsWith("p_")) return nameOf(known, by);
  if (!by.startsWith("ru_")) return t("log.system");
  const maker = MAKER.exec(note)?.[1];
  return maker ? t("log.rule.of", { name: nameOf(known, maker) }) : t("log.rule");
}

/** "seconds 3600" and the like, as people say it. */
function noteWords(whole: string): string {
  const note = whole.replace(MAKER, "");
  const seconds = /^seconds (\d+)$/.exec(note)?.[1];
  if (seconds) return `(${t("log.for", { hours: Math.round(Number(seconds) / 360) / 10 })})`;
  const verdict = /^verdict (upheld|lifted)$/.exec(note)?.[1] as "upheld" | "lifted" | undefined;
  if (verdict) return t(`log.verdict.${verdict}`);
  if (note === "in" || note === "out") return t(`log.moved.${note}`);
  return moderated(note) ?? note;
}

/** What of the moderation was saved: "rules 3, on 2", "holds newcomers links", or both. */
function moderated(note: string): string | undefined {
  const rules = /rules (\d+), on (\d+)/.exec(note);
  const holds = /holds ([a-z ]+)$/.exec(note)?.[1]?.split(" ");
  if (!rules && !holds) return undefined;
  const whose = holds?.map((one) => t(`log.holds.${one}` as Key)).join(", ");
  return [rules ? t("log.rules", { count: Number(rules[1]), on: Number(rules[2]) }) : "", whose ? t("log.holds", { whose }) : ""].filter(Boolean).join(" ");
}

export function Log({ room }: { room: string | null }) {
  const [act, setAct] = useState("");
  const [by, setBy] = useState("");
  const [about, setAbout] = useState("");
  const [since, setSince] = useState("");
  const [before, setBefore] = useState("");
  const [rooms, setRooms] = useState<Record<string, string>>({});
  const [met, setMet] = useState<string[]>([]);
  const wanted = {
    ...(room ? { room } : {}),
    ...(act ? { act: actOf(act) } : {}),
    ...(by ? { by } : {}),
    ...(about ? { about } : {}),
    ...(since ? { since: new Date(`${since}T00:00`).toISOString() } : {}),
    ...(before ? { before: new Date(new Date(`${before}T00:00`).getTime() + 24 * 3600_000).toISOString() } : {}),
  };
  const key = JSON.stringify(wanted) + String(deskMoved.value);
  const { list, more, retry } = useListing<LogEntry>(key, async (after) => {
    const { result } = await ask("log.page", { ...wanted, limit: 50, ...(after ? { after } : {}) });
    learn(result.people);
    setMet((old) => [...new Set([...old, ...result.people.map((one) => one.id)])]);
    setRooms((old) => ({ ...old, ...Object.fromEntries(result.rooms.map((one) => [one.id, one.name])) }));
    return { items: result.entries, next: result.next };
  });
  const known = people.value;
  const persons = [{ value: "", label: t("log.anybody") }, ...met.map((id) => ({ value: id, label: nameOf(known, id) }))];
  const acts = [{ value: "", label: t("log.anything") }, ...ACTS.map((one) => ({ value: one, label: t(`act.${one}` as Key) }))];
  const narrowed = Object.keys(wanted).length > (room ? 1 : 0);
  return (
    <div class="log">
      <p class="log-lead">{t("log.lead")}</p>
      <details class="log-filter" open={narrowed}>
        <summary>{t("log.narrow")}</summary>
        <div class="log-fields">
          <SelectField label={t("log.by")} value={by} onInput={setBy} options={persons} />
          <SelectField label={t("log.about")} value={about} onInput={setAbout} options={persons} />
          <SelectField label={t("log.act")} value={act} onInput={setAct} options={acts} />
          <DateField label={t("log.since")} value={since} onInput={setSince} />
          <DateField label={t("log.before")} value={before} onInput={setBefore} />
        </div>
      </details>
      {list.state === "loading" && <Loading />}
      {list.state === "failed" && <FailedState error={list.error} retry={retry} />}
      {list.state === "ready" && list.items.length === 0 && (
        <EmptyState title={t(narrowed ? "log.none.found" : "log.none")}>{!narrowed && t("log.none.body")}</EmptyState>
      )}
      {list.state === "ready" && list.items.length > 0 && (
        <ol class="log-lines">
          {list.items.map((one) => <LogLine key={one.id} one={one} room={room ? "" : (rooms[one.room ?? ""] ?? "")} />)}
        </ol>
      )}
      <div class="form-actions">
        {list.state === "ready" && list.next !== null && <Button onClick={more}>{t("common.more")}</Button>}
        <a class="button" download href={`/api/v1/log.csv?${new URLSearchParams(wanted)}`}>{t("log.export")}</a>
      </div>
    </div>
  );
}

function DateField({ label, value, onInput }: { label: string; value: string; onInput: (value: string) => void }) {
  return <Field label={label} type={"date" as "text"} value={value} onInput={onInput} />;
}

function LogLine({ one, room }: { one: LogEntry; room: string }) {
  const known = people.value;
  const who = actorOf(one, known);
  const whom = one.about.startsWith("p_") ? nameOf(known, one.about) : "";
  const now = Date.now();
  return (
    <li class="log-line" data-act={one.act}>
      <time dateTime={one.at} title={untilWhen(one.at, now)}>{shortly(one.at, now)}</time>
      <span>
        <strong>{who}</strong> {actWords(one.act)} {whom && <strong>{whom}</strong>}
        {one.note && <span class="line-small"> {noteWords(one.note)}</span>}
        {room && <span class="line-small"> · {room}</span>}
      </span>
    </li>
  );
}
