/// Coming by an invitation: who invites, into what; then an account, or one button for somebody who has one.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { ApiError } from "../net/error";
import { ComeIn, NoGuest } from "../guests/come_in";
import { href, replace } from "../router";
import { refreshSession, session, signOut } from "../session";
import { t } from "../texts";
import { Button, ButtonLink, Loading } from "../ui";
import type { InvitationFace, SignedUp, SignUp } from "../wire/accounts";
import { Entrance } from "./entrance";
import { Broken } from "./broken";
import { NewcomerForm, type Newcomer } from "./newcomer";
import { Refused } from "./refused";
import { SignInForm } from "./sign_in";
import { useDoing, useFetch } from "./use";
import { ownZone } from "./zones";

export function JoinScreen({ code, signIn }: { code: string; signIn: boolean }) {
  const { now, again } = useFetch(code, () => api.get<InvitationFace>(`/invitations/${encodeURIComponent(code)}`));
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <Broken error={now.error} retry={again} kind="invitation" />;
  const known = session.value;
  const person = known.state === "known" ? known.person : undefined;
  if (now.value.visit !== undefined) return person ? <NoGuest face={now.value} /> : <ComeIn code={code} face={now.value} />;
  if (person) return <Accept code={code} face={now.value} name={person.name} />;
  if (signIn) return <KnownHere code={code} face={now.value} />;
  return <Newcomers code={code} face={now.value} />;
}

/** "Ana invites you to Poetry circle." */
function Invited({ face }: { face: InvitationFace }) {
  const { room, invited_by: name } = face;
  return (
    <>
      <p>
        <strong>{name}</strong> {t(room ? "join.to_room" : "join.to_community")}
      </p>
      {room?.purpose && <p class="join-purpose">{room.purpose}</p>}
      {face.guest && <p>{t("join.guest")}</p>}
    </>
  );
}

const titleOf = (face: InvitationFace): string => face.room?.name ?? face.community;

function Newcomers({ code, face }: { code: string; face: InvitationFace }) {
  const doing = useDoing();
  const known = session.value;
  const minors = known.state === "known" && (known.community?.minors ?? false);
  const submit = async ({ name, username, password, email }: Newcomer) => {
    const body: SignUp = { invitation: code, username, name, password, time_zone: ownZone(), ...(email ? { email } : {}) };
    const { room } = await api.post<SignedUp>("/sign-up", body);
    await enter(room);
  };
  if (doing.error instanceof ApiError && doing.error.code === "invitation_invalid") {
    return <Broken error={doing.error} kind="invitation" retry={() => doing.fail(undefined)} />;
  }
  return (
    <Entrance
      title={titleOf(face)}
      place={face.community}
      lead={<Invited face={face} />}
      foot={
        <p>
          {t("join.known")} <a href={href("join", code, "sign-in")}>{t("signin.submit")}</a>
        </p>
      }
    >
      {/* Children have no address of their own, and nobody should be asked for what they have not got. */}
      <NewcomerForm action={t("join.submit")} email={!minors && !face.guest} doing={doing} onSubmit={submit} />
    </Entrance>
  );
}

function KnownHere({ code, face }: { code: string; face: InvitationFace }) {
  return (
    <Entrance
      title={t("signin.title")}
      place={face.community}
      step="sign-in"
      lead={<p>{t("join.after", { name: titleOf(face) })}</p>}
      foot={
        <p>
          <a href={href("join", code)}>{t("join.new")}</a>
        </p>
      }
    >
      <SignInForm />
    </Entrance>
  );
}

function Accept({ code, face, name }: { code: string; face: InvitationFace; name: string }) {
  const doing = useDoing();
  const [leaving, leave] = useState(false);
  const accept = () =>
    doing.run(async () => {
      const { room } = await api.post<{ room?: string }>(`/invitations/${encodeURIComponent(code)}/accept`);
      await enter(room);
    });
  const out = async () => {
    leave(true);
    await doing.run(signOut);
    leave(false);
  };
  return (
    <Entrance
      title={titleOf(face)}
      place={face.community}
      lead={<Invited face={face} />}
      foot={
        <p>
          {t("join.as", { name })}{" "}
          <button type="button" class="text-button" onClick={() => void out()}>
            {t("join.not_me")}
          </button>
        </p>
      }
    >
      <Refused error={doing.error} />
      <div class="form-actions">
        {face.room ? (
          <Button kind="primary" busy={doing.busy && !leaving} onClick={() => void accept()}>
            {t("join.accept")}
          </Button>
        ) : (
          <ButtonLink kind="primary" href={href()}>
            {t("inside.rooms")}
          </ButtonLink>
        )}
      </div>
    </Entrance>
  );
}

/** The address of an invitation is no place to come back to. */
export async function enter(room?: string): Promise<void> {
  await refreshSession();
  if (room) replace("r", room);
  else replace();
}
