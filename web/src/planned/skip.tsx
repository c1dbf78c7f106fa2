/// Days on which something that comes again does not come: holidays, an excursion.

import { useState } from "preact/hooks";
import { dayOnly } from "../room/times";
import { t } from "../texts";
import { Button, Field, Icon } from "../ui";
import { dayAhead } from "./times";

interface Props {
  /** Such as 2026-12-24, in order; days that are over stay in it and are not shown. */
  days: readonly string[];
  onInput: (days: readonly string[]) => void;
}

export function SkipField({ days, onInput }: Props) {
  const [day, setDay] = useState("");
  const ahead = days.filter((one) => one >= dayAhead(0));
  const add = () => {
    onInput([...new Set([...days, day])].toSorted());
    setDay("");
  };
  return (
    <div class="planned-skip">
      <div class="planned-row">
        <Field label={t("planned.skip.day")} optional type="date" value={day} onInput={setDay} />
        <Button disabled={day < dayAhead(0)} onClick={add}>{t("planned.skip.add")}</Button>
      </div>
      {ahead.length > 0 && (
        <ul class="planned-skipped" aria-label={t("planned.skip.days")}>
          {ahead.map((one) => (
            <li key={one}>
              <button type="button" class="chip" aria-label={t("planned.skip.remove", { day: dayOnly(one) })} onClick={() => onInput(days.filter((other) => other !== one))}>
                {dayOnly(one)} <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
