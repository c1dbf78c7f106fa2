/// Suspending an account, for a time or until it is lifted.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { deskMoved } from "../store/given";
import { t } from "../texts";
import { AreaField, Confirm, remark } from "../ui";
import type { Person } from "../wire/views";
import { SpanField } from "./give";

export function SuspendDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const [span, setSpan] = useState("86400");
  const [reason, setReason] = useState("");
  const { name } = person;
  const suspend = async () => {
    await ask("person.suspend", { person: person.id, reason: reason.trim(), ...(span ? { seconds: Number(span) } : {}) });
    deskMoved.value++;
    remark(t("suspend.done", { name }), "good");
  };
  return (
    <Confirm title={t("suspend.title", { name })} action={t("suspend.open")} danger onConfirm={suspend} onClose={onClose}>
      <p>{t("suspend.body", { name })}</p>
      <SpanField value={span} onInput={setSpan} ever="span.ever" />
      <AreaField label={t("give.reason", { name })} optional value={reason} onInput={setReason} rows={3} maxLength={500} />
    </Confirm>
  );
}
