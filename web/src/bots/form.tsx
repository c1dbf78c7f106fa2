/// A short form in a bot's message. What was typed stays until the bot has it; problems stand at their fields.

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, say } from "../net/error";
import { useRoom } from "../room/context";
import { t } from "../texts";
import { AreaField, Button, Field, SelectField } from "../ui";
import type { FormBlock, SelectInput, TextInput } from "../wire/bots";
import { asked, interact, keyOf } from "../store/asking";
import { Silence } from "./blocks";

type Values = Record<string, string>;
type Input = TextInput | SelectInput;

const first = (form: FormBlock): Values => Object.fromEntries(form.inputs.map((one) => [one.id, one.initial ?? ""]));

export function BlockForm({ id, bot, form }: { id: string; bot: string; form: FormBlock }) {
  const { may } = useRoom();
  const [values, setValues] = useState<Values>(() => first(form));
  const begun = useRef(first(form));
  useEffect(() => {
    // The bot changed the form: what it filled in anew is shown, what was typed into the rest stays.
    const before = begun.current;
    begun.current = first(form);
    setValues((typed) => Object.fromEntries(Object.entries(begun.current).map(([name, given]) => [name, given === before[name] ? (typed[name] ?? given) : given])));
  }, [JSON.stringify(first(form))]);
  const [missing, setMissing] = useState<Values>({});
  const mark = keyOf(id, form.id);
  const state = asked.value.get(mark);
  const refused = state?.state === "failed" ? problemOf(state.error, form) : null;
  const problems = { ...missing, ...refused };
  const submit = async () => {
    const found = checked(form, values);
    setMissing(found);
    if (Object.keys(found).length > 0) return;
    // A menu stays as it was chosen: it is part of what is pressed next.
    const menu = form.inputs.length === 1 && form.inputs[0]?.id === form.id;
    if ((await interact(id, form.id, values)) && !menu) setValues(begun.current);
  };
  return (
    <form
      class="block-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (state?.state !== "waiting") void submit();
      }}
    >
      {form.inputs.map((one) => (
        <One
          key={one.id}
          input={one}
          value={values[one.id] ?? ""}
          error={problems[one.id]}
          onInput={(value) => setValues({ ...values, [one.id]: value })}
        />
      ))}
      <div class="block-buttons">
        <Button type="submit" kind="primary" busy={state?.state === "waiting"} disabled={!may.react}>
          {form.submit || t("blocks.send")}
        </Button>
        {state?.state === "answered" && <p class="block-silence" role="status">{t("blocks.sent")}</p>}
        {!refused && <Silence mark={mark} bot={bot} />}
      </div>
    </form>
  );
}

interface OneProps {
  input: Input;
  value: string;
  error: string | undefined;
  onInput: (value: string) => void;
}

function One({ input, value, error, onInput }: OneProps) {
  const optional = input.required === false;
  const shell = { label: input.label, hint: input.hint, error, optional, value, onInput };
  if (input.type === "select") {
    const none = input.initial ? [] : [{ value: "", label: t("blocks.choose") }];
    return <SelectField {...shell} options={[...none, ...input.options]} />;
  }
  const rest = { maxLength: input.max ?? 3_000, ...(input.placeholder ? { placeholder: input.placeholder } : {}) };
  return input.long ? <AreaField {...shell} {...rest} /> : <Field {...shell} {...rest} autocomplete="off" />;
}

function checked(form: FormBlock, values: Values): Values {
  const found: Values = {};
  for (const one of form.inputs) {
    if (one.required !== false && !values[one.id]?.trim()) found[one.id] = t(one.type === "select" ? "blocks.choose.one" : "blocks.fill");
  }
  return found;
}

/** A refusal that names one of the fields. */
function problemOf(error: unknown, form: FormBlock): Values | null {
  if (!(error instanceof ApiError)) return null;
  const name = String(error.params.field ?? "").replace(/^values\./, "");
  return form.inputs.some((one) => one.id === name) ? { [name]: say(error) } : null;
}
