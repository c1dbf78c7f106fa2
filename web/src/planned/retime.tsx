/// Another time for what comes once: a post for later, or a reminder that came too early.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { t } from "../texts";
import { Confirm } from "../ui";
import type { Planned } from "../wire/planned";
import { chosenOf, TOMORROW, WhenFields, whenOf, type Chosen } from "./when";

export function RetimeDialog({ planned, onClose }: { planned: Planned; onClose: () => void }) {
  const over = planned.next.length === 0;
  const [chosen, setChosen] = useState<Chosen>((over ? null : chosenOf(planned.when)) ?? TOMORROW());
  const confirm = async () => {
    const when = whenOf(chosen, planned.when.zone);
    if (when) await ask("planned.change", { planned: planned.id, when });
  };
  return (
    <Confirm title={t("planned.retime")} action={t("planned.save")} onConfirm={confirm} onClose={onClose}>
      <WhenFields once value={chosen} onInput={setChosen} />
      <p class="field-hint">{t("planned.later.hint", { zone: planned.when.zone })}</p>
    </Confirm>
  );
}
