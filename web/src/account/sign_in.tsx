/// Signing in by name and password; and what stands there while there is no community yet.

import { useState } from "preact/hooks";
import { ApiError } from "../net/error";
import { api } from "../net/api";
import { href } from "../router";
import { refreshSession, session } from "../session";
import { t } from "../texts";
import { Button, Field, Form, Notice } from "../ui";
import { departure } from "./departure";
import { Entrance } from "./entrance";
import { PasswordField } from "./password";
import { any, checked, type Problems } from "./problems";
import { Refused } from "./refused";
import { isSuspended, Suspended } from "./suspended";
import { focusProblem, useDoing } from "./use";

export function SignInScreen() {
  const now = session.value;
  const asks = now.state === "known" && now.community?.sign_up === "approval";
  const farewell = departure.value;
  return (
    <Entrance
      title={t(farewell === "deleted" ? "farewell.title" : "signin.title")}
      lead={farewell === "deleted" ? <p>{t("farewell.body")}</p> : undefined}
      foot={
        <>
          <p>{t("signin.forgotten")}</p>
          {asks ? (
            <p>
              {t("signin.new")} <a href={href("sign-up")}>{t("signin.ask")}</a>
            </p>
          ) : (
            <p>{t("signin.by_invitation")}</p>
          )}
        </>
      }
    >
      {farewell === "signed_out" && <Notice>{t("signin.ended")}</Notice>}
      <SignInForm />
    </Entrance>
  );
}

/** The form alone; whoever draws it decides what comes after. The session is known when it is done. */
export function SignInForm() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const submit = async () => {
    const found = checked({ username, password }, { username: { min: 1 }, password: { min: 1 } });
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      await api.post("/sign-in", { username: username.trim(), password });
      await refreshSession();
    });
  };
  if (doing.error instanceof ApiError && doing.error.code === "account_waiting") {
    return <Waiting username={username} again={() => doing.fail(undefined)} />;
  }
  return (
    <Form onSubmit={() => void submit()}>
      <Field
        label={t("person.username")}
        name="username"
        autocomplete="username"
        autocapitalize="off"
        spellcheck={false}
        value={username}
        onInput={setUsername}
        error={problems.username}
      />
      <PasswordField label={t("person.password")} value={password} onInput={setPassword} error={problems.password} />
      {isSuspended(doing.error) ? (
        <Suspended key={username} error={doing.error} username={username} password={password} />
      ) : (
        <Refused error={doing.error} words={{ bad_credentials: "signin.wrong" }} />
      )}
      <div class="form-actions">
        <Button type="submit" kind={isSuspended(doing.error) ? "plain" : "primary"} busy={doing.busy}>
          {t("signin.submit")}
        </Button>
      </div>
    </Form>
  );
}

function Waiting({ username, again }: { username: string; again: () => void }) {
  return (
    <>
      <Notice kind="warn">{t("waiting.still", { username: username.trim().replace(/^@/, "") })}</Notice>
      <div class="form-actions">
        <Button onClick={again}>{t("waiting.again")}</Button>
      </div>
    </>
  );
}

/** No community yet, and no link in hand: how to get one. */
export function NotSetUp() {
  return (
    <Entrance title={t("unset.title")} place={t("app.name")} lead={<p>{t("unset.body")}</p>}>
      <ol class="steps-plain">
        <li>{t("unset.terminal")}</li>
        <li>
          {t("unset.another")} <code>tertulia owner-link</code>
        </li>
      </ol>
      <div class="form-actions">
        <Button onClick={() => void refreshSession()}>{t("unset.again")}</Button>
      </div>
    </Entrance>
  );
}
