/// Looking after one bot: what it may, its tokens, its ways in and out, what could not be delivered, and its end.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Refused } from "../account/refused";
import { SecretOnce } from "../account/tokens";
import { useDoing, useFetch } from "../account/use";
import { dayOf, distance } from "../account/when";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, Confirm, Dialog, FailedState, Field, Loading, Notice, remark } from "../ui";
import type { Bot, OutgoingState, Webhook } from "../wire/bots";

type Told = { title: string; secret: string };
type Ending = { title: string; body: string; action: string; run: () => Promise<void> };

export function BotDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const path = `/bots/${encodeURIComponent(id)}`;
  const { now, again, put } = useFetch(path, () => api.get<Bot>(path));
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

interface Care {
  bot: Bot;
  path: string;
  again: () => void;
  put: (bot: Bot) => void;
  tell: (told: Told) => void;
  end: (ending: Ending) => void;
  onGone: () => void;
}

function Inside(care: Care) {
  const { bot } = care;
  const rooms = bot.room ? bot.room.name : bot.rooms === null ? t("bots.anywhere") : bot.rooms.map((one) => one.name).join(", ");
  return (
    <div class="bot-care">
      <dl class="bot-facts">
        <Fact name={t("bots.owner")}>{bot.owner?.name ?? t("bots.owner.none")}</Fact>
        <Fact name={t("bots.rooms")}>{rooms}</Fact>
        <Fact name={t("bots.scopes")}>{bot.scopes.map((one) => t(`bots.scope.${one}`)).join(", ")}</Fact>
        <Fact name={t("bots.rate")}>{bot.rate === null ? t("bots.rate.none") : t("bots.rate.of", { count: bot.rate })}</Fact>
      </dl>
      <Tokens {...care} />
      <Hooks {...care} />
      <Out {...care} />
      <End {...care} />
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Part({ title, hint, children }: { title: string; hint: string; children: ComponentChildren }) {
  return (
    <section class="bot-part">
      <h3>{title}</h3>
      <p class="field-hint">{hint}</p>
      {children}
    </section>
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

function Out({ bot, path, put }: Care) {
  const [url, setUrl] = useState(bot.outgoing?.url ?? "");
  const doing = useDoing();
  const set = (to: string) =>
    void doing.run(async () => {
      put(await api.put<Bot>(`${path}/outgoing`, { url: to }));
      setUrl(to);
    });
  const resume = () =>
    void doing.run(async () => {
      put(await api.post<Bot>(`${path}/outgoing/resume`));
    });
  return (
    <Part title={t("bots.out")} hint={t("bots.out.hint")}>
      <Field label={t("bots.out.url")} type="url" autocomplete="off" placeholder="https://" value={url} onInput={setUrl} />
      <div class="block-buttons">
        <Button busy={doing.busy} disabled={url.trim() === ""} onClick={() => set(url.trim())}>{t("bots.out.set")}</Button>
        {bot.outgoing && <Button kind="quiet" onClick={() => set("")}>{t("bots.out.end")}</Button>}
      </div>
      <Refused error={doing.error} />
      {bot.outgoing && <How out={bot.outgoing} resume={resume} />}
    </Part>
  );
}

function How({ out, resume }: { out: OutgoingState; resume: () => void }) {
  return (
    <>
      {out.state === "on" && <Notice kind="good">{t("bots.out.on")}</Notice>}
      {out.state === "failing" && <Notice kind="warn">{t("bots.out.failing", { why: out.why })}</Notice>}
      {out.state === "paused" && (
        <Notice kind="error">
          {t("bots.out.paused", { why: out.why })} <Button onClick={resume}>{t("bots.out.resume")}</Button>
        </Notice>
      )}
      {out.dead_letters.length > 0 && (
        <details class="bot-dead">
          <summary>{t("bots.dead", { count: out.dead_letters.length })}</summary>
          <ul>
            {out.dead_letters.map((one) => (
              <li key={`${one.stream} ${one.seq}`}>
                <code>{one.kind}</code> {one.status ? `${one.why} ${one.status}` : one.why} · {distance(one.at, Date.now())}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
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
