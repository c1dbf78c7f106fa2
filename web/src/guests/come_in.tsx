/// The door for guests: a name, and one is in the room. For somebody signed in it says where to go instead.

import { useState } from "preact/hooks";
import { Broken } from "../account/broken";
import { Entrance } from "../account/entrance";
import { DISPLAY_NAME } from "../account/limits";
import { any, checked, fieldProblem, type Problems } from "../account/problems";
import { Refused } from "../account/refused";
import { focusProblem, useDoing } from "../account/use";
import { ownZone } from "../account/zones";
import { api } from "../net/api";
import { ApiError } from "../net/error";
import { href, replace } from "../router";
import { refreshSession, session } from "../session";
import { t } from "../texts";
import { Button, ButtonLink, Field, Form } from "../ui";
import type { InvitationFace } from "../wire/accounts";
import type { VisitBegun } from "../wire/guests";
import { spanOf } from "./span";

export function ComeIn({ code, face }: { code: string; face: InvitationFace }) {
  const [name, setName] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const refused = fieldProblem(doing.error, ["name"]);
  const submit = async () => {
    const found = checked({ name }, { name: { min: 1, max: DISPLAY_NAME } });
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      const body = { name: name.trim(), time_zone: ownZone() };
      const { room } = await api.post<VisitBegun>(`/invitations/${encodeURIComponent(code)}/visit`, body);
      await refreshSession();
      replace("r", room);
    });
  };
  if (doing.error instanceof ApiError && doing.error.code === "invitation_invalid") {
    return <Broken error={doing.error} kind="invitation" retry={() => doing.fail(undefined)} />;
  }
  return (
    <Entrance title={face.room?.name ?? face.community} place={face.community} lead={<Lead face={face} />}>
      <Form onSubmit={() => void submit()}>
        <Field
          label={t("visit.name")}
          hint={t("visit.name.hint")}
          name="name"
          autocomplete="name"
          autocapitalize="words"
          maxLength={DISPLAY_NAME}
          value={name}
          onInput={setName}
          error={problems.name ?? refused?.name}
        />
        {!refused && <Refused error={doing.error} />}
        <div class="form-actions">
          <Button type="submit" kind="primary" busy={doing.busy}>{t("visit.enter")}</Button>
        </div>
      </Form>
    </Entrance>
  );
}

function Lead({ face }: { face: InvitationFace }) {
  return (
    <>
      <p>{t("visit.invited", { name: face.invited_by })}</p>
      {face.room?.purpose && <p class="join-purpose">{face.room.purpose}</p>}
      <p>{t("visit.lasts", { span: spanOf(face.visit ?? 0) })}</p>
    </>
  );
}

/** Somebody who is signed in scanned the code: a guest who is here already, or somebody with an account. */
export function NoGuest({ face }: { face: InvitationFace }) {
  const now = session.value;
  const person = now.state === "known" ? now.person : undefined;
  const guest = person?.role === "guest";
  return (
    <Entrance
      title={face.room?.name ?? face.community}
      place={face.community}
      lead={<p>{t(guest ? "visit.again" : "visit.member")}</p>}
      foot={<p>{t("visit.member.as", { name: person?.name ?? "" })}</p>}
    >
      <div class="form-actions">
        <ButtonLink kind="primary" href={href()}>{t(guest ? "visit.again.room" : "inside.rooms")}</ButtonLink>
      </div>
    </Entrance>
  );
}
