/// The go-round as people see it: beginning one, whose turn it is and for how long, who comes after.

import { useState } from "preact/hooks";
import { useRoom, type RoomContext } from "../room/context";
import { Panel } from "../room/panel";
import type { OpenRoom } from "../store/state";
import { say } from "../net/error";
import { t, type Key } from "../texts";
import { Avatar, Button, CheckField, EmptyState, Notice, SelectField } from "../ui";
import { floor, NO_ROUND, type Going, type Round } from "./round";
import { Left, Moves, whose } from "./round_bar";
import { askTool, toolState, useNow, useTool } from "./use";

const MINUTES = [0, 1, 2, 3, 5, 10];

export function RoundPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const { going } = toolState<Round>(open, "round", NO_ROUND);
  return (
    <Panel room={room.room.id} title={t("round.title")}>
      <div class="margin-body tool">
        {going ? <Running going={going} room={room} /> : room.may.facilitate ? <Begin open={open} room={room} /> : (
          <EmptyState title={t("round.none")} level={3}>{t("round.none.body")}</EmptyState>
        )}
      </div>
    </Panel>
  );
}

function Begin({ open, room }: { open: OpenRoom; room: RoomContext }) {
  const people = open.snapshot.members.filter((one) => one.state === "member" && one.role !== "observer");
  const [left, leave] = useState<ReadonlySet<string>>(() => new Set(people.filter((one) => one.role === "facilitator").map((one) => one.person)));
  const [minutes, setMinutes] = useState("0");
  const [error, setError] = useState<unknown>();
  const chosen = people.filter((one) => !left.has(one.person)).map((one) => one.person);
  const toggle = (person: string) => (on: boolean) => {
    const next = new Set(left);
    if (on) next.delete(person);
    else next.add(person);
    leave(next);
  };
  const begin = async () => {
    setError(undefined);
    try {
      await askTool(room.room.id, "round", { do: "begin", people: chosen, seconds: Number(minutes) * 60 });
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <form
      class="tool-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen.length > 0) void begin();
      }}
    >
      <p class="tool-lead">{t("round.none.body")} {t("round.begin.lead")}</p>
      <fieldset class="choices">
        <legend class="field-label">{t("round.who")}</legend>
        {people.map((one) => (
          <CheckField key={one.person} label={room.name(one.person)} checked={!left.has(one.person)} onInput={toggle(one.person)} />
        ))}
      </fieldset>
      <SelectField
        label={t("round.time")}
        value={minutes}
        onInput={setMinutes}
        options={MINUTES.map((count) => ({ value: String(count), label: count ? t("round.time.minutes", { count }) : t("round.time.none") }))}
      />
      {chosen.length === 0 && <Notice>{t("round.begin.nobody")}</Notice>}
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
      <Button type="submit" kind="primary" disabled={chosen.length === 0}>{t("round.begin")}</Button>
    </form>
  );
}

function Running({ going, room }: { going: Going; room: RoomContext }) {
  const now = useNow(going.until !== null);
  const has = floor({ going }, now);
  const all: [string, Key][] = [
    ...going.spoken.map((one): [string, Key] => [one, "round.state.spoken"]),
    ...going.passed.map((one): [string, Key] => [one, "round.state.passed"]),
    ...going.waiting.map((one): [string, Key] => [one, one === has ? "round.state.floor" : "round.state.waiting"]),
  ];
  return (
    <>
      <div class="tool-now" role="status">
        <p>{whose(has, room)}</p>
        <Left going={going} now={now} />
      </div>
      <p class="tool-row">
        <Moves going={going} has={has} room={room} />
        {room.may.facilitate && <Button onClick={() => void useTool(room.room.id, "round", { do: "more", seconds: 60 })}>{t("round.more")}</Button>}
      </p>
      <ol class="tool-list" aria-label={t("round.order")}>
        {all.map(([person, state]) => (
          <li key={person} class="person" aria-current={person === has ? "step" : undefined}>
            <Avatar id={person} name={room.name(person)} size="s" />
            <span class="person-text">
              <span class="person-name">{room.name(person)}</span>
              <span class="person-small">{t(state)}</span>
            </span>
          </li>
        ))}
      </ol>
      {room.may.facilitate && (
        <p>
          <Button kind="quiet" onClick={() => void useTool(room.room.id, "round", { do: "end" })}>{t("round.end")}</Button>
        </p>
      )}
    </>
  );
}
