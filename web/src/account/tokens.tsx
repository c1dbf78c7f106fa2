/// API tokens: keys for programs of one's own. The secret is shown once.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, CheckField, Confirm, Dialog, EmptyState, FailedState, Field, Loading, Notice, remark } from "../ui";
import type { Scope, Token } from "../wire/accounts";
import type { Person } from "../wire/views";
import { TOKEN_NAME } from "./limits";
import { any, checked, type Problems } from "./problems";
import { Refused } from "./refused";
import { CopyLine } from "./share";
import { focusProblem, useDoing, useFetch } from "./use";
import { dayOf, distance } from "./when";

export function Tokens({ me }: { me: Person }) {
  const { now, again, put } = useFetch("tokens", async () => (await api.get<{ tokens: Token[] }>("/me/tokens")).tokens);
  const [making, make] = useState(false);
  const [ending, end] = useState<Token | null>(null);
  const [secret, tell] = useState<{ name: string; secret: string } | null>(null);
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  const tokens = now.value;
  const create = <Button onClick={() => make(true)}>{t("tokens.new")}</Button>;
  return (
    <>
      <p class="prose">{t("tokens.lead")}</p>
      {tokens.length === 0 ? (
        <EmptyState title={t("tokens.none")} action={create}>
          {t("tokens.none.body")}
        </EmptyState>
      ) : (
        <>
          <ul class="lines">
            {tokens.map((one) => (
              <Line key={one.id} token={one} onEnd={() => end(one)} />
            ))}
          </ul>
          <div class="form-actions">{create}</div>
        </>
      )}
      {making && (
        <NewToken
          admin={me.role === "owner" || me.role === "admin"}
          onClose={() => make(false)}
          onMade={(token, value) => {
            put([token, ...tokens]);
            make(false);
            tell({ name: token.name, secret: value });
          }}
        />
      )}
      {secret && <SecretOnce title={secret.name} secret={secret.secret} onClose={() => tell(null)} />}
      {ending && (
        <Confirm
          title={t("tokens.end.of", { name: ending.name })}
          action={t("tokens.end")}
          danger
          onClose={() => end(null)}
          onConfirm={async () => {
            await api.delete(`/me/tokens/${encodeURIComponent(ending.id)}`);
            put(tokens.filter((one) => one.id !== ending.id));
            remark(t("tokens.ended"), "good");
          }}
        >
          <p>{t("tokens.end.body")}</p>
        </Confirm>
      )}
    </>
  );
}

function Line({ token, onEnd }: { token: Token; onEnd: () => void }) {
  const used = token.last_used_at
    ? t("tokens.used", { when: distance(token.last_used_at, Date.now()) })
    : t("tokens.unused");
  return (
    <li class="line-item">
      <div class="line-text">
        <span class="line-title">{token.name}</span>
        <span class="line-small">
          {token.scopes.map((scope) => t(`scope.${scope}`)).join(", ")} · {t("tokens.made", { day: dayOf(token.created_at) })} · {used}
        </span>
      </div>
      <Button onClick={onEnd} aria-label={t("tokens.end.of", { name: token.name })}>
        {t("tokens.end")}
      </Button>
    </li>
  );
}

const SCOPES: Scope[] = ["read", "write", "admin"];

interface NewTokenProps {
  admin: boolean;
  onClose: () => void;
  onMade: (token: Token, secret: string) => void;
}

function NewToken({ admin, onClose, onMade }: NewTokenProps) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set<Scope>(["read"]));
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const submit = async () => {
    const found = checked({ name }, { name: { min: 1, max: TOKEN_NAME } });
    if (scopes.size === 0) found.scopes = t("tokens.scopes.none");
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      const body = { name: name.trim(), scopes: SCOPES.filter((one) => scopes.has(one)) };
      const made = await api.post<{ token: Token; secret: string }>("/me/tokens", body);
      onMade(made.token, made.secret);
    });
  };
  const toggle = (scope: Scope, on: boolean) => {
    const next = new Set(scopes);
    if (on) next.add(scope);
    else next.delete(scope);
    setScopes(next);
  };
  return (
    <Dialog
      title={t("tokens.new")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t("tokens.create")}
          </Button>
        </>
      }
    >
      <Field label={t("tokens.name")} hint={t("tokens.name.hint")} autocomplete="off" maxLength={TOKEN_NAME} value={name} onInput={setName} error={problems.name} />
      <fieldset class="choices">
        <legend class="field-label">{t("tokens.scopes")}</legend>
        {SCOPES.filter((one) => admin || one !== "admin").map((one) => (
          <CheckField key={one} label={t(`scope.${one}`)} hint={t(`scope.${one}.hint`)} checked={scopes.has(one)} onInput={(on) => toggle(one, on)} />
        ))}
        {problems.scopes && (
          <p class="field-error" role="alert">
            {problems.scopes}
          </p>
        )}
      </fieldset>
      <Refused error={doing.error} />
    </Dialog>
  );
}

/** The only time a secret is seen. Closed by its button only, lest it is lost by a click beside it. */
export function SecretOnce({ title, secret, onClose }: { title: string; secret: string; onClose: () => void }) {
  const [closing, close] = useState(false);
  return (
    <Dialog
      title={title}
      onClose={() => (closing ? onClose() : close(true))}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t("secret.kept")}
        </Button>
      }
    >
      <p>{t("secret.once")}</p>
      <CopyLine secret value={secret} label={title} />
      {closing && <Notice kind="warn">{t("secret.sure")}</Notice>}
    </Dialog>
  );
}
