/// Bots: an account for a program, and its token, told once.

import { useState } from "preact/hooks";
import { DISPLAY_NAME, USERNAME, USERNAME_MIN } from "../account/limits";
import { any, checked, fieldProblem, type Problems } from "../account/problems";
import { Refused } from "../account/refused";
import { SecretOnce } from "../account/tokens";
import { focusProblem, useDoing } from "../account/use";
import { suggest } from "../account/username";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, Field, Form } from "../ui";
import type { BotMade } from "../wire/bots";

const RULES = { name: { min: 1, max: DISPLAY_NAME }, username: { min: USERNAME_MIN, max: USERNAME } };

export function Bots() {
  const [name, setName] = useState("");
  const [username, setUsername] = useState("");
  const [own, setOwn] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const [made, setMade] = useState<BotMade | null>(null);
  const doing = useDoing();
  const refused = fieldProblem(doing.error, Object.keys(RULES));
  const submit = async () => {
    const found = checked({ name, username }, RULES);
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      setMade(await api.post<BotMade>("/bots", { name: name.trim(), username: username.trim() }));
      setName("");
      setUsername("");
      setOwn(false);
    });
  };
  const shown = { ...problems, ...refused };
  return (
    <>
      <p class="prose">{t("bots.lead")}</p>
      <Form onSubmit={() => void submit()}>
        <Field
          label={t("person.name")}
          placeholder={t("bots.name.example")}
          autocomplete="off"
          maxLength={DISPLAY_NAME}
          value={name}
          onInput={(value) => {
            setName(value);
            if (!own) setUsername(suggest(value));
          }}
          error={shown.name}
        />
        <Field
          label={t("person.username")}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={USERNAME}
          value={username}
          onInput={(value) => {
            setOwn(value !== "");
            setUsername(value);
          }}
          error={shown.username}
        />
        {!refused && <Refused error={doing.error} />}
        <div class="form-actions">
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t("bots.create")}
          </Button>
        </div>
      </Form>
      {made && <SecretOnce title={t("bots.token", { name: made.person.name })} secret={made.token} onClose={() => setMade(null)} />}
    </>
  );
}
