/// Locking a room, and how slowly it goes.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { t } from "../texts";
import { AreaField, Confirm, remark, SelectField } from "../ui";
import { SpanField } from "./give";

export function LockDialog({ room, name, onClose }: { room: string; name: string; onClose: () => void }) {
  const [span, setSpan] = useState("");
  const [reason, setReason] = useState("");
  const lock = async () => {
    await ask("room.lock", { room, reason: reason.trim(), ...(span ? { seconds: Number(span) } : {}) });
    remark(t("lock.done"), "good");
  };
  return (
    <Confirm title={t("lock.title", { name })} action={t("lock.lock")} onConfirm={lock} onClose={onClose}>
      <p>{t("lock.body")}</p>
      <SpanField value={span} onInput={setSpan} ever="span.open" />
      <AreaField label={t("lock.reason")} optional value={reason} onInput={setReason} rows={2} maxLength={500} />
    </Confirm>
  );
}

const PACES = [0, 10, 30, 60, 300, 900, 3600, 21_600] as const;

export function SlowField({ value, onInput }: { value: number; onInput: (seconds: number) => void }) {
  const options = PACES.map((one) => ({ value: String(one), label: t(`slow.${one}`) }));
  if (!(PACES as readonly number[]).includes(value)) options.push({ value: String(value), label: t("slow.other", { count: value }) });
  return (
    <SelectField
      label={t("slow.title")}
      hint={t("slow.hint")}
      value={String(value)}
      onInput={(one) => onInput(Number(one))}
      options={options}
    />
  );
}
