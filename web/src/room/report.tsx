/// Reporting a message, a person or a private conversation: what is wrong, a note, and who will look at it.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { t } from "../texts";
import { AreaField, ChoiceField, Confirm, remark } from "../ui";
import type { Category } from "../wire/views";

/** A message; a person, in a room or anywhere; or with `room` alone a private conversation. */
export type Target = { message: string } | { person: string; room?: string } | { room: string };

const CATEGORIES: Category[] = ["unkind", "unsafe", "spam", "private", "other"];
const NOTE = 1000;

export function ReportDialog({ target, name, onClose }: { target: Target; name: string; onClose: () => void }) {
  const [category, setCategory] = useState<Category>("unkind");
  const [note, setNote] = useState("");
  const what = "message" in target ? "message" : "person" in target ? "person" : "direct";
  const submit = async () => {
    await ask("report.make", { ...target, category, ...(note.trim() ? { note: note.trim() } : {}) });
    remark(t("report.thanks"), "good", 8);
  };
  return (
    <Confirm title={t(`report.title.${what}`, { name })} action={t("report.submit")} onConfirm={submit} onClose={onClose}>
      <p>{t("report.body", { name })}</p>
      <ChoiceField
        legend={t("report.category")}
        value={category}
        onInput={setCategory}
        options={CATEGORIES.map((one) => ({ value: one, label: t(`report.category.${one}`) }))}
      />
      <AreaField label={t("report.note")} optional value={note} onInput={setNote} rows={3} maxLength={NOTE} />
      {what !== "person" && <p class="field-hint">{t(`report.kept.${what}`)}</p>}
    </Confirm>
  );
}
