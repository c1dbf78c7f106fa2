/// Noting a decision or a task, from a message or in a line of one's own; and changing what was noted.

import { useState } from "preact/hooks";
import { useRoom } from "../room/context";
import type { OpenRoom } from "../store/state";
import { say } from "../net/error";
import { t } from "../texts";
import { Button, ChoiceField, Dialog, Field, Notice, remark, SelectField } from "../ui";
import type { Item } from "./tasks";
import { askTool } from "./use";

interface Props {
  open: OpenRoom;
  /** What is changed; undefined: something new. */
  item?: Item | undefined;
  /** The message it comes from. */
  message?: string;
  kind?: Item["kind"];
  onClose: () => void;
}

const LINE = 300;

export function NoteDialog({ open, item, message, kind = "action", onClose }: Props) {
  const room = useRoom();
  const [what, setWhat] = useState<Item["kind"]>(item?.kind ?? kind);
  const [body, setBody] = useState(item?.body ?? "");
  const [who, setWho] = useState(item?.who ?? "");
  const [due, setDue] = useState(item?.due ?? "");
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState<unknown>();
  const from = item?.message ?? message;
  const submit = async () => {
    const lacks = !from && !body.trim();
    setMissing(lacks);
    if (lacks || busy) return;
    setBusy(true);
    setError(undefined);
    const said = { body: body.trim(), ...(who && what === "action" ? { who } : {}), ...(due && what === "action" ? { due } : {}) };
    try {
      const action = item ? { do: "alter", id: item.id, ...said } : { do: "note", kind: what, ...(message ? { message } : {}), ...said };
      await askTool(room.room.id, "tasks", action);
      if (!item) remark(t("tasks.noted"));
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const people = open.snapshot.members.filter((one) => one.state === "member");
  return (
    <Dialog
      title={t(item ? "tasks.change" : "tasks.add")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>{t(item ? "common.save" : "tasks.save")}</Button>
        </>
      }
    >
      {!item && (
        <ChoiceField
          legend={t("tasks.kind")}
          value={what}
          onInput={setWhat}
          options={[
            { value: "action", label: t("tasks.kind.action") },
            { value: "decision", label: t("tasks.kind.decision") },
          ]}
        />
      )}
      <Field
        label={t(from ? "tasks.line.message" : "tasks.line")}
        hint={from ? t("tasks.line.message.hint") : undefined}
        optional={Boolean(from)}
        value={body}
        onInput={setBody}
        maxLength={LINE}
        error={missing && !body.trim() ? t("common.required") : undefined}
      />
      {what === "action" && (
        <>
          <SelectField
            label={t("tasks.who")}
            value={who}
            onInput={setWho}
            options={[{ value: "", label: t("tasks.who.nobody") }, ...people.map((one) => ({ value: one.person, label: room.name(one.person) }))]}
          />
          <Field label={t("tasks.due")} optional type="date" value={due} onInput={setDue} />
        </>
      )}
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
