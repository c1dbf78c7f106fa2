/// Hosts of one's own network at which bots may be told of events: which are allowed, by whom, and what that means.

import { useState } from "preact/hooks";
import { Refused } from "../account/refused";
import { focusProblem, useDoing, useFetch } from "../account/use";
import { dayOf } from "../account/when";
import { api } from "../net/api";
import { ApiError, say } from "../net/error";
import { knows, t } from "../texts";
import { Button, Confirm, EmptyState, FailedState, Field, Form, Loading, Notice, Section, remark } from "../ui";
import type { InnerHost, InnerHostList } from "../wire/bots";

const PATH = "/community/hosts";
const LONGEST = 260;

export function InnerHosts() {
  const { now, again, put } = useFetch("hosts", () => api.get<InnerHostList>(PATH));
  return (
    <Section title={t("hosts.title")}>
      <p class="prose">{t("hosts.lead")}</p>
      {now.state === "loading" && <Loading />}
      {now.state === "failed" && <FailedState error={now.error} retry={again} />}
      {now.state === "ready" && <Allowed list={now.value} put={put} />}
    </Section>
  );
}

function Allowed({ list, put }: { list: InnerHostList; put: (list: InnerHostList) => void }) {
  const [ending, end] = useState<InnerHost | null>(null);
  const doing = useDoing();
  const allow = (host: string) =>
    doing.run(async () => {
      put(await api.post<InnerHostList>(PATH, { host }));
      remark(t("hosts.allowed", { host }), "good");
    });
  const forbid = async (one: InnerHost) => {
    await api.delete(`${PATH}/${encodeURIComponent(one.id)}`);
    put({ ...list, hosts: list.hosts.filter((other) => other.id !== one.id) });
    remark(t("hosts.ended", { host: one.host }), "good");
  };
  return (
    <>
      {!list.open && <Notice kind="warn">{t("hosts.closed")}</Notice>}
      {list.hosts.length === 0 && <EmptyState title={t("hosts.none")}>{t("hosts.none.body")}</EmptyState>}
      {list.hosts.length > 0 && (
        <ul class="lines">
          {list.hosts.map((one) => (
            <Line key={one.id} one={one} onEnd={() => end(one)} onAgain={list.open ? () => void allow(one.host) : null} />
          ))}
        </ul>
      )}
      {list.open && <Allow busy={doing.busy} error={doing.error} allow={allow} />}
      {ending && (
        <Confirm title={t("hosts.end.title", { host: ending.host })} action={t("hosts.end")} danger onClose={() => end(null)} onConfirm={() => forbid(ending)}>
          <p>{t("hosts.end.body")}</p>
        </Confirm>
      )}
    </>
  );
}

function Line({ one, onEnd, onAgain }: { one: InnerHost; onEnd: () => void; onAgain: (() => void) | null }) {
  const day = dayOf(one.at);
  const by = one.by ? t("hosts.by", { name: one.by.name, day }) : t("hosts.by.gone", { day });
  return (
    <li class="line-item" data-host={one.host}>
      <div class="line-text">
        <span class="line-title">{one.host}</span>
        <span class="line-small">{t("hosts.leads", { addresses: one.addresses.join(", ") })} · {by}</span>
      </div>
      {onAgain && <Button kind="quiet" onClick={onAgain} aria-label={t("hosts.again.of", { host: one.host })}>{t("hosts.again")}</Button>}
      <Button onClick={onEnd} aria-label={t("hosts.end.of", { host: one.host })}>{t("hosts.end")}</Button>
    </li>
  );
}

function Allow({ busy, error, allow }: { busy: boolean; error: unknown; allow: (host: string) => Promise<boolean> }) {
  const [host, setHost] = useState("");
  const [empty, setEmpty] = useState(false);
  const beside = problem(error);
  const submit = async () => {
    setEmpty(host.trim() === "");
    if (host.trim() === "") return focusProblem();
    if (await allow(host.trim().toLowerCase())) setHost("");
  };
  return (
    <Form onSubmit={() => void submit()}>
      <Notice kind="warn">{t("hosts.warn")}</Notice>
      <Field
        label={t("hosts.host")}
        hint={t("hosts.host.hint")}
        placeholder={t("hosts.host.example")}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={LONGEST}
        value={host}
        onInput={setHost}
        error={empty ? t("common.required") : beside}
      />
      {!beside && <Refused error={error} />}
      <div class="form-actions">
        <Button type="submit" busy={busy}>{t("hosts.allow")}</Button>
      </div>
    </Form>
  );
}

/** What is wrong with the host itself; undefined for everything else that may go wrong. */
function problem(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "invalid" && error.params.field === "host") return say(error);
  if (error.code !== "host_refused") return undefined;
  const key = `hosts.why.${String(error.params.why)}`;
  return knows(key) ? t(key) : say(error);
}
