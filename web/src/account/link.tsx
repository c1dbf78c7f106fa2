/// Links that work once: a sign-in slip, a new password, a way in, the beginning of a community.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { replace } from "../router";
import { refreshSession, session } from "../session";
import { t } from "../texts";
import { Button, Form, Loading, Notice } from "../ui";
import type { LinkFace } from "../wire/accounts";
import { Broken } from "./broken";
import { Entrance } from "./entrance";
import { PASSWORD, PASSWORD_MIN } from "./limits";
import { PasswordField } from "./password";
import { any, checked, fieldProblem, type Problems } from "./problems";
import { Refused } from "./refused";
import { SetUpScreen } from "./set_up";
import { focusProblem, useDoing, useFetch } from "./use";

export function LinkScreen({ token, rest }: { token: string; rest: string[] }) {
  const { now, again } = useFetch(token, () => api.get<LinkFace>(`/links/${encodeURIComponent(token)}`));
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <Broken error={now.error} retry={again} kind="link" />;
  const { kind, person } = now.value;
  if (kind === "set_up") return <SetUpScreen token={token} step={rest[0] ?? ""} />;
  return <UseLink token={token} kind={kind} name={person?.name ?? ""} username={person?.username ?? ""} />;
}

interface UseLinkProps {
  token: string;
  kind: "slip" | "reset" | "sign_in";
  name: string;
  username: string;
}

const WORDS = {
  slip: { title: "slip.title", lead: "slip.lead", submit: "slip.submit" },
  reset: { title: "reset.title", lead: "reset.lead", submit: "reset.submit" },
  sign_in: { title: "signlink.title", lead: "signlink.lead", submit: "signlink.submit" },
} as const;

function UseLink({ token, kind, name, username }: UseLinkProps) {
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const chooses = kind !== "sign_in";
  const words = WORDS[kind];
  const refused = fieldProblem(doing.error, ["password"]);
  const submit = async () => {
    const found = chooses ? checked({ password }, { password: { min: PASSWORD_MIN, max: PASSWORD } }) : {};
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      await api.post(`/links/${encodeURIComponent(token)}`, chooses ? { password } : {});
      await refreshSession();
      replace();
    });
  };
  return (
    <Entrance
      title={t(words.title, { name })}
      step={kind}
      lead={
        <>
          <p>{t(words.lead)}</p>
          <p>
            {t("slip.username")} <strong>{username}</strong>
          </p>
        </>
      }
    >
      <SomebodyElse username={username} />
      <Form onSubmit={() => void submit()}>
        {/* Password keepers file what is chosen under this name. */}
        {chooses && <input type="text" class="visually-hidden" name="username" autocomplete="username" value={username} readOnly tabIndex={-1} aria-hidden="true" />}
        {chooses && (
          <PasswordField
            fresh
            label={t(kind === "reset" ? "person.password.new" : "person.password.choose")}
            value={password}
            onInput={(value) => {
              setPassword(value);
              if (doing.error !== undefined) doing.fail(undefined);
              setProblems({});
            }}
            error={problems.password ?? refused?.password}
          />
        )}
        {!refused && <Refused error={doing.error} />}
        <div class="form-actions">
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t(words.submit)}
          </Button>
        </div>
      </Form>
    </Entrance>
  );
}

/** At a computer that many use, somebody may still be signed in. */
function SomebodyElse({ username }: { username: string }) {
  const now = session.value;
  if (now.state !== "known" || !now.person || now.person.username === username) return null;
  return <Notice kind="warn">{t("slip.somebody", { name: now.person.name })}</Notice>;
}
