/// Asking to join without an invitation, where the community has it so; and waiting for the yes.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { href, replace } from "../router";
import { refreshSession, session } from "../session";
import { t } from "../texts";
import { ButtonLink } from "../ui";
import type { SignedUp, SignUp } from "../wire/accounts";
import { Entrance } from "./entrance";
import { NewcomerForm, type Newcomer } from "./newcomer";
import { useDoing } from "./use";
import { ownZone } from "./zones";

export function SignUpScreen() {
  const [waiting, setWaiting] = useState<{ name: string; username: string } | null>(null);
  const doing = useDoing();
  const now = session.value;
  const community = now.state === "known" ? now.community : undefined;
  const submit = async ({ name, username, password, email }: Newcomer) => {
    const body: SignUp = { username, name, password, time_zone: ownZone(), ...(email ? { email } : {}) };
    const answer = await api.post<SignedUp>("/sign-up", body);
    if (answer.waiting) return setWaiting(answer.person);
    await refreshSession();
    replace();
  };
  if (waiting) return <WaitingScreen {...waiting} />;
  if (community?.sign_up !== "approval") return <Closed />;
  return (
    <Entrance
      title={t("signup.title", { community: community.name })}
      lead={<p>{t("signup.lead")}</p>}
      foot={
        <p>
          {t("join.known")} <a href={href("sign-in")}>{t("signin.submit")}</a>
        </p>
      }
    >
      <NewcomerForm action={t("signup.submit")} email={!community.minors} doing={doing} onSubmit={submit} />
    </Entrance>
  );
}

function WaitingScreen({ name, username }: { name: string; username: string }) {
  return (
    <Entrance
      title={t("waiting.title", { name })}
      step="waiting"
      lead={
        <>
          <p>{t("waiting.body")}</p>
          <p>
            {t("waiting.then")} <strong>{username}</strong>
          </p>
        </>
      }
    >
      <div class="form-actions">
        <ButtonLink href={href("sign-in")}>{t("waiting.sign_in")}</ButtonLink>
      </div>
    </Entrance>
  );
}

function Closed() {
  return (
    <Entrance title={t("closed.title")} step="closed" lead={<p>{t("closed.body")}</p>}>
      <div class="form-actions">
        <ButtonLink kind="primary" href={href("sign-in")}>
          {t("signin.submit")}
        </ButtonLink>
      </div>
    </Entrance>
  );
}
