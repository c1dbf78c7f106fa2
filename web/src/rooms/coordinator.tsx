/// In the settings of a mentorship: who coordinates it, if anybody.

import { useState } from "preact/hooks";
import { myId, people } from "../store/state";
import { nameOf } from "../store/names";
import { t } from "../texts";
import { Button } from "../ui";
import { PickPeople } from "./pick";

interface Props {
  /** Empty: nobody. */
  person: string;
  onChange: (person: string) => void;
}

export function Coordinator({ person, onChange }: Props) {
  const [choosing, choose] = useState(false);
  const [name, setName] = useState(person ? nameOf(people.value, person) : "");
  return (
    <fieldset class="choices">
      <legend class="field-label">{t("kind.coordinator")}</legend>
      <p class="field-hint">{t("kind.coordinator.hint")}</p>
      {!choosing && (
        <p class="tool-row">
          <span>{person ? name : t("kind.coordinator.none")}</span>
          <Button kind="quiet" onClick={() => choose(true)}>{t("kind.coordinator.choose")}</Button>
          {person && <Button kind="quiet" onClick={() => onChange("")}>{t("kind.coordinator.none")}</Button>}
        </p>
      )}
      {choosing && (
        <PickPeople
          chosen={[]}
          most={1}
          without={new Set([myId()])}
          onChange={([one]) => {
            if (!one) return;
            onChange(one.id);
            setName(one.name);
            choose(false);
          }}
        />
      )}
    </fieldset>
  );
}
