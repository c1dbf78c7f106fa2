/// Bots of the community: all there are, whose they are, and a way to make one. Rooms' own bots are made in their rooms.

import { useFetch } from "../account/use";
import { useBotDialogs } from "../bots/dialogs";
import { api } from "../net/api";
import { t } from "../texts";
import { Avatar, Button, EmptyState, FailedState, Loading } from "../ui";
import type { Bot } from "../wire/bots";

export function Bots() {
  const { now, again } = useFetch("bots", async () => (await api.get<{ bots: Bot[] }>("/bots")).bots);
  const { make, care, dialogs } = useBotDialogs(null, again);
  const create = <Button kind="primary" onClick={make}>{t("bots.new")}</Button>;
  return (
    <>
      <p class="prose">{t("bots.lead")}</p>
      {now.state === "loading" && <Loading />}
      {now.state === "failed" && <FailedState error={now.error} retry={again} />}
      {now.state === "ready" && now.value.length === 0 && (
        <EmptyState title={t("bots.none.anywhere")} action={create}>{t("bots.none.guide")}</EmptyState>
      )}
      {now.state === "ready" && now.value.length > 0 && (
        <>
          <ul class="lines-plain">
            {now.value.map((one) => (
              <Line key={one.person.id} bot={one} onCare={() => care(one.person.id)} />
            ))}
          </ul>
          <div class="form-actions">{create}</div>
        </>
      )}
      {dialogs}
    </>
  );
}

function Line({ bot, onCare }: { bot: Bot; onCare: () => void }) {
  const { person } = bot;
  const where = bot.room ? bot.room.name : bot.rooms === null ? t("bots.anywhere") : bot.rooms.map((one) => one.name).join(", ");
  const failing = bot.outgoing?.state === "failing" || bot.outgoing?.state === "paused";
  return (
    <li class="line-item" data-bot={person.id}>
      <Avatar id={person.id} name={person.name} size="s" />
      <div class="line-text">
        <span class="line-title">{person.name}</span>
        <span class="line-small">
          {[`@${person.username}`, where, bot.owner ? t("bots.by", { name: bot.owner.name }) : "", failing ? t("bots.out.trouble") : ""].filter(Boolean).join(" · ")}
        </span>
      </div>
      <Button onClick={onCare} aria-label={t("bots.care", { name: person.name })}>{t("bots.care.short")}</Button>
    </li>
  );
}
