/// The mentorships one coordinates: who the two are and when they last spoke. Nothing else is known here.

import { shortly } from "../room/times";
import { href } from "../router";
import { ask } from "../store/ask";
import { home, learn, people } from "../store/state";
import { nameOf } from "../store/names";
import { t } from "../texts";
import { Avatar, EmptyState, FailedState, Loading, Page } from "../ui";
import type { Pair } from "../wire/views";
import { useListing } from "./fetch";

export function Pairs() {
  const here = home.value;
  const count = here.state === "ready" ? here.coordinates : 0;
  const { list, retry } = useListing<Pair>(`${here.state} ${count}`, async () => {
    const { result } = await ask("pairs.list", {});
    learn(result.people);
    return { items: result.pairs, next: null };
  });
  return (
    <Page title={t("pairs.title")} lead={t("pairs.lead")} back={href()}>
      {list.state === "loading" && <Loading />}
      {list.state === "failed" && <FailedState error={list.error} retry={retry} />}
      {list.state === "ready" && list.items.length === 0 && <EmptyState title={t("pairs.none")}>{t("pairs.none.body")}</EmptyState>}
      {list.state === "ready" && (
        <ul class="cards">
          {list.items.map((pair) => (
            <Line key={pair.room} pair={pair} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function Line({ pair }: { pair: Pair }) {
  const names = pair.people.map((one) => nameOf(people.value, one));
  const who = names.length === 1 ? t("pairs.alone", { name: names[0] ?? "" }) : new Intl.ListFormat("en").format(names);
  const when = pair.spoke_at ? t("pairs.last", { when: shortly(pair.spoke_at, Date.now()) }) : t("pairs.never");
  return (
    <li class="card">
      {pair.people.map((one) => (
        <Avatar key={one} id={one} name={nameOf(people.value, one)} />
      ))}
      <div class="card-text">
        <h2>{who}</h2>
        <p class="card-small">
          {when}
          {pair.archived && ` · ${t("pairs.archived")}`}
        </p>
      </div>
    </li>
  );
}
