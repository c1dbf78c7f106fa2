/// Choosing people of the community: search, tick, and see whom one has chosen.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { t } from "../texts";
import { Avatar, Button, FailedState, Field, Icon, Loading } from "../ui";
import type { Person } from "../wire/views";
import { useListing } from "./fetch";

interface PickProps {
  chosen: Person[];
  onChange: (chosen: Person[]) => void;
  /** Not offered: oneself, or who is in the room already. */
  without: ReadonlySet<string>;
  /** Only people who are not in this room yet. */
  outside?: string;
  most: number;
}

const PAGE = 30;

export function PickPeople({ chosen, onChange, without, outside, most }: PickProps) {
  const [q, setQ] = useState("");
  const { list, more, retry } = useListing<Person>(q, async (after) => {
    const fields = { q, limit: PAGE, ...(outside ? { outside } : {}), ...(after ? { after } : {}) };
    const { result } = await ask("directory.people", fields);
    return { items: result.people, next: result.next };
  });
  const ids = new Set(chosen.map((one) => one.id));
  const toggle = (person: Person) =>
    onChange(ids.has(person.id) ? chosen.filter((one) => one.id !== person.id) : [...chosen, person]);
  return (
    <div class="pick">
      {chosen.length > 0 && (
        <ul class="pick-chosen" aria-label={t("people.chosen")}>
          {chosen.map((one) => (
            <li key={one.id}>
              <button type="button" class="chip" aria-label={t("people.take_out", { name: one.name })} onClick={() => toggle(one)}>
                {one.name} <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field label={t("people.find")} type="search" autocomplete="off" value={q} onInput={setQ} />
      {list.state === "loading" && <Loading />}
      {list.state === "failed" && <FailedState error={list.error} retry={retry} />}
      {list.state === "ready" && (
        <ul class="pick-list">
          {list.items.filter((one) => !without.has(one.id) && one.status === "active").map((one) => (
            <li key={one.id}>
              <label class="pick-person">
                <input
                  type="checkbox"
                  checked={ids.has(one.id)}
                  disabled={!ids.has(one.id) && chosen.length >= most}
                  onChange={() => toggle(one)}
                />
                <Avatar id={one.id} name={one.name} size="s" />
                <span>{one.name}</span>
                <span class="pick-username">@{one.username}</span>
              </label>
            </li>
          ))}
          {list.items.every((one) => without.has(one.id)) && list.next === null && (
            <li class="pick-none">{t(q || !outside ? "people.none" : "people.all_in")}</li>
          )}
          {list.next !== null && (
            <li class="pick-more">
              <Button onClick={more}>{t("common.more")}</Button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
