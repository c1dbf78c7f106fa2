/// Inviting people of the community into a room.

import { useState } from "preact/hooks";
import { say } from "../net/error";
import { PickPeople } from "../rooms/pick";
import { ask } from "../store/ask";
import { refreshMembers } from "../store/rooms";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button, Dialog, Notice, remark, SelectField } from "../ui";
import type { Person, RoomRole } from "../wire/views";

/** protocol/limits.py: INVITED_AT_ONCE. */
const MOST = 50;
const ROLES: RoomRole[] = ["member", "facilitator", "observer"];

export function InviteDialog({ open, name, onClose }: { open: OpenRoom; name: string; onClose: () => void }) {
  const { room, members } = open.snapshot;
  const [chosen, choose] = useState<Person[]>([]);
  const [role, setRole] = useState<string>("member");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async () => {
    if (chosen.length === 0 || busy) return;
    setBusy(true);
    try {
      const { result } = await ask("room.invite", { room: room.id, people: chosen.map((one) => one.id), role: role as RoomRole });
      const already = result.already.length ? ` ${t("invite.already", { count: result.already.length })}` : "";
      remark(t("invite.done", { count: result.invited.length }) + already);
      onClose();
      await refreshMembers(room.id);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("invite.title", { name })}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <Button type="submit" kind="primary" busy={busy} disabled={chosen.length === 0}>
          {t("invite.submit")}
        </Button>
      }
    >
      <PickPeople chosen={chosen} onChange={choose} without={new Set(members.map((one) => one.person))} outside={room.id} most={MOST} />
      <SelectField
        label={t("invite.as")}
        value={role}
        onInput={setRole}
        options={ROLES.map((one) => ({ value: one, label: t(`room_role.${one}`) }))}
      />
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
