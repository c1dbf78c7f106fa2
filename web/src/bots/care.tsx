/// Looking after one bot: what it may, how a program reaches it, its tokens, its ways in and out, and its end.

import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../account/refused";
import { CopyLine } from "../account/share";
import { SecretOnce } from "../account/tokens";
import { useDoing, useFetch } from "../account/use";
import { dayOf, distance } from "../account/when";
import { api } from "../net/api";
import { botsMoved } from "../store/state";
import { t } from "../texts";
import { Button, Confirm, Dialog, FailedState, Loading, remark } from "../ui";
import type { Bot, Webhook } from "../wire/bots";
import { Bounds } from "./bounds";
import { Commands } from "./commands";
import { snippet } from "./make";
import { Out } from "./outgoing";
import { Part, type Care, type Ending, type Told } from "./part";

export function BotDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const path = `/bots/${encodeURIComponent(id)}`;
  const { now, again, put } = useFetch(path, () => api.get<Bot>(path));
  const seen = useRef(botsMoved.value);
  useEffect(() => {
    if (seen.current !== botsMoved.value) again();
    seen.current = botsMoved.value;
  }, [botsMoved.value]);
  const [told, tell] = useState<Told | null>(null);
  const [ending, end] = useState<Ending | null>(null);
  const title = now.state === "ready" ? now.value.person.name : t("keep.bots");
  return (
    <>
      <Dialog wide title={title} onClose={onClose}>
        {now.state === "loading" && <Loading />}
        {now.state === "failed" && <FailedState error={now.error} retry={again} />}
        {now.state === "ready" && <Inside bot={now.value} path={path} again={again} put={put} tell={tell} end={end} onGone={onClose} />}
      </Dialog>
      {told && <SecretOnce title={told.title} secret={told.secret} onClose={() => tell(null)} />}
      {ending && (
        <Confirm title={ending.title} action={ending.action} danger onClose={() => end(null)} onConfirm={ending.run}>
          <p>{ending.body}</p>
        </Confirm>
      )}
    </>
  );
}

function Inside(care: Care) {
  return (
    <div class="bot-care">
      <Bounds {...care} />
      <Tokens {...care} />
      <Program {...care} />
      <Commands {...care} />
      <Hooks {...care} />
      <Out {...care} />
      <End {...care} />
    </div>
  );
}

/** Where a program finds us, and one that runs: it takes its token from the environment. */
function Program({ bot }: Care) {
  const program = snippet(bot.base_url);
  return (
    <Part title={t("bots.program")} hint={t("bots.program.hint")}>
      <CopyLine value={bot.base_url} label={t("bots.base_url")} />
      <details class="bot-more">
        <summary>{t("bots.snippet")}</summary>
        <p class="field-hint">{t("bots.program.start")}</p>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines are scrolled by keyboard */}
        <pre class="bot-snippet" tabIndex={0} aria-label={t("bots.snippet")}>{program}</pre>
      </details>
    </Part>
  );
}

const used = (at: string | null): string => (at ? t("tokens.used", { when: distance(at, Date.now()) }) : t("tokens.unused"));

function Tokens({ bot, path, again, tell, end }: Care) {
  const doing = useDoing();
  const make = (replaces: string[]) =>
    void doing.run(async () => {
      const { token } = await api.post<{ token: string }>(`${path}/tokens`, { replaces });
      tell({ title: t("bots.token", { name: bot.person.name }), secret: token });
      again();
    });
  const revoke = (id: string, name: string) =>
    end({
      title: t("tokens.end.of", { name }), body: t("tokens.end.body"), action: t("tokens.end"),
      run: async () => {
        await api.delete(`${path}/tokens/${encodeURIComponent(id)}`);
        again();
      },
    });
  const secret = () =>
    void doing.run(async () => {
      const found = await api.get<{ signing_secret: string }>(`${path}/signing-secret`);
      tell({ title: t("bots.signing"), secret: found.signing_secret });
    });
  return (
    <Part title={t("bots.tokens")} hint={t("bots.tokens.hint")}>
      <ul class="lines-plain">
        {bot.tokens.map((one) => (
          <li key={one.id} class="line-item">
            <div class="line-text">
              <span class="line-title">{one.name}</span>
              <span class="line-small">{t("tokens.made", { day: dayOf(one.created_at) })} · {used(one.last_used_at)}</span>
            </div>
            <Button onClick={() => make([one.id])}>{t("bots.rotate")}</Button>
            <Button onClick={() => revoke(one.id, one.name)}>{t("tokens.end")}</Button>
          </li>
        ))}
      </ul>
      <div class="block-buttons">
        <Button busy={doing.busy} onClick={() => make([])}>{t("tokens.new")}</Button>
        <Button kind="quiet" onClick={secret}>{t("bots.signing.show")}</Button>
      </div>
      <Refused error={doing.error} />
    </Part>
  );
}

function Hooks({ bot, path, again, tell, end }: Care) {
  const doing = useDoing();
  const home = bot.room?.id ?? bot.rooms?.[0]?.id;
  const make = (room: string, replaces?: string) =>
    void doing.run(async () => {
      const made = await api.post<Webhook>(`${path}/webhooks`, { room, ...(replaces ? { replaces } : {}) });
      tell({ title: t("bots.hook"), secret: made.url });
      again();
    });
  const stop = (id: string) =>
    end({
      title: t("bots.hook.end"), body: t("bots.hook.end.body"), action: t("tokens.end"),
      run: async () => {
        await api.delete(`${path}/webhooks/${encodeURIComponent(id)}`);
        again();
      },
    });
  return (
    <Part title={t("bots.hooks")} hint={t("bots.hooks.hint")}>
      <ul class="lines-plain">
        {bot.webhooks.map((one) => (
          <li key={one.id} class="line-item">
            <div class="line-text">
              <span class="line-title">{t("bots.hook")}</span>
              <span class="line-small">{t("tokens.made", { day: dayOf(one.created_at) })} · {used(one.last_used_at)}</span>
            </div>
            <Button onClick={() => make(one.room, one.id)}>{t("bots.rotate")}</Button>
            <Button onClick={() => stop(one.id)}>{t("tokens.end")}</Button>
          </li>
        ))}
      </ul>
      {home && bot.scopes.includes("write") && <Button busy={doing.busy} onClick={() => make(home)}>{t("bots.hook.make")}</Button>}
      <Refused error={doing.error} />
    </Part>
  );
}

function End({ bot, path, end, onGone }: Care) {
  const { name } = bot.person;
  const ask = () =>
    end({
      title: t("bots.delete.of", { name }), body: t("bots.delete.body"), action: t("bots.delete"),
      run: async () => {
        await api.delete(path);
        remark(t("bots.deleted", { name }), "good");
        onGone();
      },
    });
  return (
    <Part title={t("bots.delete")} hint={t("bots.delete.hint")}>
      <Button kind="danger" onClick={ask}>{t("bots.delete")}</Button>
    </Part>
  );
}
