/// The password and the e-mail address: what somebody else would want to have. Both take the password once more.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { reloadOverview } from "../store/client";
import { t } from "../texts";
import { Button, Field, Form, Section, remark } from "../ui";
import type { Person } from "../wire/views";
import { EMAIL, PASSWORD, PASSWORD_MIN } from "./limits";
import { PasswordField } from "./password";
import { any, checked, fieldProblem, type Problems } from "./problems";
import { Refused } from "./refused";
import { focusProblem, useDoing } from "./use";

const WRONG = { bad_credentials: "secrets.wrong" } as const;

export function Secrets({ me, email }: { me: Person; email: string | null }) {
  return (
    <>
      <ChangePassword username={me.username} />
      <ChangeEmail email={email} />
    </>
  );
}

function ChangePassword({ username }: { username: string }) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const refused = fieldProblem(doing.error, ["password"]);
  const submit = async () => {
    const found = checked({ current, password }, { current: { min: 1 }, password: { min: PASSWORD_MIN, max: PASSWORD } });
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      await api.put("/me/password", { current, password });
      setCurrent("");
      setPassword("");
      remark(t("secrets.password.done"), "good");
    });
  };
  return (
    <Section title={t("secrets.password")}>
      <p class="prose">{t("secrets.password.lead")}</p>
      <Form onSubmit={() => void submit()}>
        <input type="text" class="visually-hidden" name="username" autocomplete="username" value={username} readOnly tabIndex={-1} aria-hidden="true" />
        <PasswordField label={t("person.password.current")} name="current" value={current} onInput={setCurrent} error={problems.current} />
        <PasswordField fresh label={t("person.password.new")} value={password} onInput={setPassword} error={problems.password ?? refused?.password} />
        {!refused && <Refused error={doing.error} words={WRONG} />}
        <div class="form-actions">
          <Button type="submit" busy={doing.busy}>
            {t("secrets.password.submit")}
          </Button>
        </div>
      </Form>
    </Section>
  );
}

function ChangeEmail({ email }: { email: string | null }) {
  const [address, setAddress] = useState(email ?? "");
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const refused = fieldProblem(doing.error, ["email"]);
  const save = (to: string | null) =>
    doing.run(async () => {
      await api.put("/me/email", { email: to, password });
      await reloadOverview();
      setPassword("");
      setAddress(to ?? "");
      remark(t(to === null ? "secrets.email.gone" : "account.saved"), "good");
    });
  const submit = async (to: string | null) => {
    const found = checked({ email: to ?? "-", password }, { email: { min: 1, max: EMAIL }, password: { min: 1 } });
    setProblems(found);
    if (any(found)) return focusProblem();
    await save(to);
  };
  return (
    <Section title={t("person.email")}>
      <p class="prose">{t(email === null ? "secrets.email.none" : "secrets.email.lead")}</p>
      <Form onSubmit={() => void submit(address.trim())}>
        <Field
          label={t("secrets.email.address")}
          type="email"
          name="email"
          autocomplete="email"
          maxLength={EMAIL}
          value={address}
          onInput={setAddress}
          error={problems.email ?? refused?.email}
        />
        <PasswordField label={t("person.password.current")} name="current" value={password} onInput={setPassword} error={problems.password} />
        {!refused && <Refused error={doing.error} words={WRONG} />}
        <div class="form-actions">
          <Button type="submit" busy={doing.busy}>
            {t("common.save")}
          </Button>
          {email !== null && (
            <Button kind="quiet" onClick={() => void submit(null)}>
              {t("secrets.email.remove")}
            </Button>
          )}
        </div>
      </Form>
    </Section>
  );
}
