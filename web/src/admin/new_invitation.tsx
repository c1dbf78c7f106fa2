/// Making an invitation: into what, as what, for how many, for how long.

import { useState } from "preact/hooks";
import { INVITATION_USES } from "../account/limits";
import { fieldProblem } from "../account/problems";
import { Refused } from "../account/refused";
import { focusProblem, useDoing, useFetch } from "../account/use";
import { api } from "../net/api";
import { t, type Key } from "../texts";
import { Button, ChoiceField, Dialog, Field, SelectField } from "../ui";
import type { Invitation } from "../wire/accounts";
import { roomChoices } from "./rooms";

const DAY = 24 * 3600;
const LASTS: { seconds: number; label: Key }[] = [
  { seconds: DAY, label: "invitations.lasts.day" },
  { seconds: 7 * DAY, label: "invitations.lasts.week" },
  { seconds: 14 * DAY, label: "invitations.lasts.fortnight" },
  { seconds: 30 * DAY, label: "invitations.lasts.month" },
  { seconds: 365 * DAY, label: "invitations.lasts.year" },
];

const roles = () => [
  { value: "member" as const, label: t("role.member"), hint: t("invitations.role.member") },
  { value: "guest" as const, label: t("role.guest"), hint: t("invitations.role.guest") },
];

interface Props {
  onClose: () => void;
  onMade: (invitation: Invitation) => void;
}

export function NewInvitation({ onClose, onMade }: Props) {
  const rooms = useFetch("rooms", roomChoices).now;
  const [room, setRoom] = useState("");
  const [role, setRole] = useState<"member" | "guest">("member");
  const [uses, setUses] = useState("50");
  const [lasts, setLasts] = useState(String(14 * DAY));
  const [problem, setProblem] = useState<string>();
  const doing = useDoing();
  const refused = fieldProblem(doing.error, ["uses"]);
  const given = room ? role : "member";
  const submit = async () => {
    const count = Number(uses);
    const right = Number.isInteger(count) && count >= 1 && count <= INVITATION_USES;
    setProblem(right ? undefined : t("problem.uses.invalid", { max: INVITATION_USES }));
    if (!right) return focusProblem();
    await doing.run(async () => {
      const body = { role: given, uses: count, expires_in: Number(lasts), ...(room ? { room } : {}) };
      onMade(await api.post<Invitation>("/invitations", body));
    });
  };
  return (
    <Dialog
      title={t("invitations.new")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t("invitations.create")}
          </Button>
        </>
      }
    >
      <SelectField
        label={t("invitations.where")}
        hint={t(room ? "invitations.where.room" : "invitations.where.community")}
        value={room}
        onInput={setRoom}
        options={[{ value: "", label: t("invitations.where.everything") }, ...(rooms.state === "ready" ? rooms.value : [])]}
      />
      {rooms.state === "failed" && <Refused error={rooms.error} />}
      {room && <ChoiceField legend={t("invitations.role")} value={role} onInput={setRole} options={roles()} />}
      <div class="pair">
        <Field label={t("invitations.for")} type="number" value={uses} onInput={setUses} error={problem ?? refused?.uses} />
        <SelectField
          label={t("invitations.lasts")}
          value={lasts}
          onInput={setLasts}
          options={LASTS.map(({ seconds, label }) => ({ value: String(seconds), label: t(label) }))}
        />
      </div>
      {!refused && <Refused error={doing.error} />}
    </Dialog>
  );
}
