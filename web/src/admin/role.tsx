/// What somebody may do here: another role, said with what it means.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, ChoiceField, Dialog, remark } from "../ui";
import type { Person, Role } from "../wire/views";
import { Refused } from "../account/refused";
import { useDoing } from "../account/use";

type Given = Exclude<Role, "bot">;

const ROLES: Given[] = ["owner", "admin", "member", "guest"];

interface Props {
  person: Person;
  /** The role of who decides: only owners make owners and admins. */
  mine: Role;
  onClose: () => void;
  onChange: (person: Person) => void;
}

export function RoleDialog({ person, mine, onClose, onChange }: Props) {
  const [role, setRole] = useState<Given>(person.role === "bot" ? "member" : person.role);
  const doing = useDoing();
  const offered = ROLES.filter((one) => mine === "owner" || one === "member" || one === "guest");
  const submit = async () => {
    const done = await doing.run(async () => {
      await api.put(`/people/${encodeURIComponent(person.id)}/role`, { role });
      onChange({ ...person, role });
      remark(t("keep.role.done", { name: person.name, role: t(`role.${role}`) }), "good");
    });
    if (done) onClose();
  };
  return (
    <Dialog
      title={t("keep.role.of", { name: person.name })}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <ChoiceField
        legend={t("keep.role")}
        value={role}
        onInput={setRole}
        options={offered.map((value) => ({ value, label: t(`role.${value}`), hint: t(`keep.role.${value}`) }))}
      />
      <Refused error={doing.error} />
    </Dialog>
  );
}
