/// Asking the room something: the question, two to ten answers, an end, with names or without.

import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button, CheckField, ChoiceField, Confirm, Field, IconButton, SelectField } from "../ui";
import { askTool } from "./use";

const MOST = 10;
const HOURS = [0, 1, 8, 24, 72, 168];

export function AskDialog({ room, onClose }: { room: string; onClose: () => void }) {
  const [question, setQuestion] = useState("");
  const [options, setOptions] = useState(["", ""]);
  const [how, setHow] = useState<"named" | "anonymous">("named");
  const [many, setMany] = useState(false);
  const [hours, setHours] = useState("24");
  const set = (at: number) => (value: string) => setOptions(options.map((one, place) => (place === at ? value : one)));
  const confirm = async () => {
    const action = { do: "open", question, options: options.filter((one) => one.trim() !== ""), anonymous: how === "anonymous", many };
    await askTool(room, "poll", Number(hours) ? { ...action, seconds: Number(hours) * 3600 } : action);
  };
  return (
    <Confirm title={t("poll.ask")} action={t("poll.ask.do")} onConfirm={confirm} onClose={onClose}>
      <Field label={t("poll.question")} value={question} onInput={setQuestion} maxLength={200} required autocomplete="off" />
      {options.map((one, at) => (
        <div key={at} class="poll-row">
          <Field label={t("poll.option", { number: at + 1 })} value={one} onInput={set(at)} maxLength={100} autocomplete="off" />
          {options.length > 2 && <IconButton icon="close" label={t("poll.option.drop", { number: at + 1 })} onClick={() => setOptions(options.filter((_, place) => place !== at))} />}
        </div>
      ))}
      {options.length < MOST && (
        <p>
          <Button kind="quiet" icon="plus" onClick={() => setOptions([...options, ""])}>{t("poll.option.more")}</Button>
        </p>
      )}
      <ChoiceField
        legend={t("poll.how")}
        value={how}
        onInput={setHow}
        options={[
          { value: "named", label: t("poll.how.named"), hint: t("poll.how.named.hint") },
          { value: "anonymous", label: t("poll.how.anonymous"), hint: t("poll.how.anonymous.hint") },
        ]}
      />
      <CheckField label={t("poll.how.many")} checked={many} onInput={setMany} />
      <SelectField
        label={t("poll.ends")}
        value={hours}
        onInput={setHours}
        options={HOURS.map((count) => ({ value: String(count), label: count === 0 ? t("poll.ends.never") : count < 48 ? t("poll.ends.hours", { count }) : t("poll.ends.days", { count: count / 24 }) }))}
      />
    </Confirm>
  );
}
