/// The form by which somebody makes an account: a name, a username from it, a password. As little as will do.

import { useState } from "preact/hooks";
import { ApiError } from "../net/error";
import { t } from "../texts";
import { Button, Field } from "../ui";
import { DISPLAY_NAME, EMAIL, PASSWORD, PASSWORD_MIN, USERNAME, USERNAME_MIN } from "./limits";
import { PasswordField } from "./password";
import { any, checked, fieldProblem, type Problems } from "./problems";
import { Refused } from "./refused";
import type { Doing } from "./use";
import { focusProblem } from "./use";
import { alternatives, suggest } from "./username";

export interface Newcomer {
  name: string;
  username: string;
  password: string;
  email: string;
}

export const NOBODY: Newcomer = { name: "", username: "", password: "", email: "" };

const RULES = {
  name: { min: 1, max: DISPLAY_NAME },
  username: { min: USERNAME_MIN, max: USERNAME },
  password: { min: PASSWORD_MIN, max: PASSWORD },
  email: { max: EMAIL },
};

/** What can be said of it before the server is asked. */
export function newcomerProblems(given: Newcomer): Problems {
  const found = checked({ ...given }, RULES);
  const { username, password, email } = given;
  if (!found.username && !/^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u.test(username.trim().replace(/^@/, ""))) {
    found.username = t("problem.username.invalid");
  }
  if (!found.password && username && password.toLocaleLowerCase() === username.trim().toLocaleLowerCase()) {
    found.password = t("problem.password.invalid");
  }
  if (!found.email && email.trim() && !/^\S+@\S+\.\S+$/.test(email.trim())) found.email = t("problem.email.invalid");
  return found;
}

export const NEWCOMER_FIELDS = Object.keys(RULES);

interface FieldsProps {
  given: Newcomer;
  onInput: (given: Newcomer) => void;
  problems: Problems;
  /** The username that the server said is taken: others are offered. */
  taken?: string | undefined;
  email?: boolean;
}

export function NewcomerFields({ given, onInput, problems, taken, email = false }: FieldsProps) {
  const [own, setOwn] = useState(given.username !== suggest(given.name));
  const [asksEmail, askEmail] = useState(given.email !== "");
  const set = (change: Partial<Newcomer>) => onInput({ ...given, ...change });
  return (
    <>
      <Field
        label={t("person.name")}
        hint={t("person.name.hint")}
        name="name"
        autocomplete="name"
        autocapitalize="words"
        maxLength={DISPLAY_NAME}
        value={given.name}
        onInput={(name) => set(own ? { name } : { name, username: suggest(name) })}
        error={problems.name}
      />
      <UsernameField
        value={given.username}
        error={problems.username}
        offers={taken !== undefined && taken === given.username.trim() ? alternatives(given.name, taken) : []}
        onInput={(username) => {
          setOwn(username !== "");
          set({ username });
        }}
      />
      <PasswordField fresh label={t("person.password")} value={given.password} onInput={(password) => set({ password })} error={problems.password} />
      {email && !asksEmail && (
        <p>
          <button type="button" class="text-button" onClick={() => askEmail(true)}>
            {t("person.email.add")}
          </button>
        </p>
      )}
      {email && asksEmail && (
        <Field
          label={t("person.email")}
          hint={t("person.email.hint")}
          optional
          type="email"
          name="email"
          autocomplete="email"
          maxLength={EMAIL}
          value={given.email}
          onInput={(value) => set({ email: value })}
          error={problems.email}
        />
      )}
    </>
  );
}

interface UsernameProps {
  value: string;
  onInput: (value: string) => void;
  error: string | undefined;
  /** To choose instead, one press each. */
  offers: string[];
}

function UsernameField({ value, onInput, error, offers }: UsernameProps) {
  return (
    <div class="field">
      <Field
        label={t("person.username")}
        hint={t("person.username.hint")}
        name="username"
        autocomplete="username"
        autocapitalize="off"
        spellcheck={false}
        maxLength={USERNAME}
        value={value}
        onInput={onInput}
        error={error}
      />
      {offers.length > 0 && (
        <p class="offers">
          {t("person.username.offers")}{" "}
          {offers.map((one) => (
            <button key={one} type="button" class="offer" onClick={() => onInput(one)}>
              {one}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

interface FormProps {
  action: string;
  email: boolean;
  doing: Doing;
  onSubmit: (given: Newcomer) => Promise<void>;
}

/** The whole form. `onSubmit` may throw; what it throws is shown where it belongs. */
export function NewcomerForm({ action, email, doing, onSubmit }: FormProps) {
  const [given, setGiven] = useState(NOBODY);
  const [problems, setProblems] = useState<Problems>({});
  const refused = fieldProblem(doing.error, NEWCOMER_FIELDS);
  const taken = takenBy(doing.error);
  const submit = async () => {
    const found = newcomerProblems(given);
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(() => onSubmit({ ...given, name: given.name.trim(), username: given.username.trim(), email: given.email.trim() }));
  };
  const change = (next: Newcomer) => {
    setGiven(next);
    if (doing.error !== undefined) doing.fail(undefined);
    if (any(problems)) setProblems(stillThere(problems, next));
  };
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <NewcomerFields given={given} onInput={change} problems={{ ...problems, ...refused }} taken={taken} email={email} />
      {!refused && <Refused error={doing.error} />}
      <div class="form-actions">
        <Button type="submit" kind="primary" busy={doing.busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}

/** Problems go as they are mended; none comes while somebody is still typing. */
export function stillThere(problems: Problems, given: Newcomer): Problems {
  const now = newcomerProblems(given);
  return Object.fromEntries(Object.keys(problems).map((field) => [field, now[field]]).filter(([, text]) => text));
}

export function takenBy(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== "name_taken" || error.params.field !== "username") return undefined;
  return String(error.params.value);
}
