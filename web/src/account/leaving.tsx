/// Signing out, and deleting one's account: what that means in plain words, then the password, then it is gone.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { ApiError, say } from "../net/error";
import { forgetPerson } from "../net/keep";
import { href, replace } from "../router";
import { refreshSession, signOut } from "../session";
import { t } from "../texts";
import { Button, Dialog, Notice, Section, remark } from "../ui";
import type { Person } from "../wire/views";
import { departure } from "./departure";
import { PasswordField } from "./password";
import { Refused } from "./refused";
import { focusProblem, useDoing } from "./use";

export function Leaving({ me }: { me: Person }) {
  const [asking, ask] = useState(false);
  const [busy, setBusy] = useState(false);
  const out = () => {
    setBusy(true);
    signOut().then(
      () => replace(),
      (error: unknown) => {
        setBusy(false);
        remark(say(error), "error");
      },
    );
  };
  return (
    <>
      <Section title={t("leaving.out")}>
        <p class="prose">{t("leaving.out.body")}</p>
        <div class="form-actions">
          <Button busy={busy} onClick={out}>
            {t("leaving.out")}
          </Button>
        </div>
      </Section>
      <Section title={t("leaving.delete")}>
        <p class="prose">{t("leaving.delete.lead")}</p>
        <ul class="plain-list prose">
          <li>{t("leaving.delete.texts")}</li>
          <li>{t("leaving.delete.name")}</li>
          <li>{t("leaving.delete.stays")}</li>
          <li>{t("leaving.delete.backups")}</li>
        </ul>
        <div class="form-actions">
          <Button kind="danger" onClick={() => ask(true)}>
            {t("leaving.delete.ask")}
          </Button>
        </div>
      </Section>
      {asking && <DeleteAccount me={me} onClose={() => ask(false)} />}
    </>
  );
}

function DeleteAccount({ me, onClose }: { me: Person; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<string>();
  const doing = useDoing();
  const last = doing.error instanceof ApiError && doing.error.code === "last_owner";
  const submit = async () => {
    setMissing(password ? undefined : t("common.required"));
    if (!password) return focusProblem();
    await doing.run(async () => {
      await api.delete("/me", { password });
      departure.value = "deleted";
      forgetPerson(me.id);
      replace();
      await refreshSession();
    });
  };
  return (
    <Dialog
      title={t("leaving.delete.title")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("leaving.stay")}</Button>
          <Button type="submit" kind="danger" busy={doing.busy}>
            {t(doing.busy ? "leaving.deleting" : "leaving.delete.submit")}
          </Button>
        </>
      }
    >
      <p>{t("leaving.delete.sure", { name: me.name })}</p>
      <PasswordField label={t("person.password.current")} value={password} onInput={setPassword} error={missing} />
      {last ? (
        <Notice kind="warn">
          {t("leaving.last_owner")} <a href={href("people")}>{t("leaving.last_owner.go")}</a>
        </Notice>
      ) : (
        <Refused error={doing.error} words={{ bad_credentials: "secrets.wrong" }} />
      )}
    </Dialog>
  );
}
