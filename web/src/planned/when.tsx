/// When something comes, by form: a day, a time, how often, until when.

import { t, type Key } from "../texts";
import { Field, SelectField } from "../ui";
import type { When } from "../wire/planned";
import { SkipField } from "./skip";
import { dayAhead, REPEATS, repeatOf, ruleOf, type Repeat } from "./times";

export interface Chosen {
  day: string;
  time: string;
  repeat: Repeat;
  until: string;
  /** Days on which it does not come. */
  skip: readonly string[];
}

export const TOMORROW = (): Chosen => ({ day: dayAhead(1), time: "09:00", repeat: "once", until: "", skip: [] });

/** What a form shows of a `When`; null for one that only words make. */
export function chosenOf(when: When): Chosen | null {
  const [day = "", time = ""] = when.start.split("T");
  const found = repeatOf(when.rule, day);
  return found ? { day, time, skip: when.skip, ...found } : null;
}

export function whenOf({ day, time, repeat, until, skip }: Chosen, zone: string): When | null {
  if (!day || !time) return null;
  return { start: `${day}T${time}`, zone, rule: ruleOf(repeat, day, until), skip: repeat === "once" ? [] : skip };
}

interface Props {
  value: Chosen;
  onInput: (value: Chosen) => void;
  /** A post comes once. */
  once?: boolean;
}

export function WhenFields({ value, onInput, once = false }: Props) {
  return (
    <div class="planned-when">
      <div class="planned-row">
        <Field label={t("planned.day")} type="date" value={value.day} onInput={(day) => onInput({ ...value, day })} required />
        <Field label={t("planned.time")} type="time" value={value.time} onInput={(time) => onInput({ ...value, time })} required />
      </div>
      {!once && (
        <SelectField
          label={t("planned.repeat")}
          value={value.repeat}
          onInput={(repeat) => onInput({ ...value, repeat: repeat as Repeat })}
          options={REPEATS.map((one) => ({ value: one, label: t(`planned.repeat.${one}` as Key) }))}
        />
      )}
      {!once && value.repeat !== "once" && (
        <>
          <Field label={t("planned.until")} optional type="date" value={value.until} onInput={(until) => onInput({ ...value, until })} />
          <SkipField days={value.skip} onInput={(skip) => onInput({ ...value, skip })} />
        </>
      )}
    </div>
  );
}
