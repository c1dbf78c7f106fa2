/// Making a pass: for how many, how long each stays, until when they can come.

import { useState } from "preact/hooks";
import { fieldProblem } from "../account/problems";
import { Refused } from "../account/refused";
import { focusProblem, useDoing } from "../account/use";
import { ask } from "../store/ask";
import { t } from "../texts";
import { Button, Dialog, Field, SelectField } from "../ui";
import { spanOf } from "./span";

/** Of protocol/limits.py: PASS_USES. */
const MOST = 200;
const HOUR = 3600;
const STAYS = [1, 2, 4, 8, 24, 7 * 24].map((hours) => hours * HOUR);
const OPEN = [1, 4, 12, 24, 7 * 24, 30 * 24].map((hours) => hours * HOUR);
const options = (list: number[]) => list.map((seconds) => ({ value: String(seconds), label: spanOf(seconds) }));

interface Props {
  room: string;
  onClose: () => void;
  onMade: (invitation: string) => void;
}

export function NewPass({ room, onClose, onMade }: Props) {
  const [uses, setUses] = useState("30");
  const [lasts, setLasts] = useState(String(4 * HOUR));
  const [open, setOpen] = useState(String(12 * HOUR));
  const [problem, setProblem] = useState<string>();
  const doing = useDoing();
  const refused = fieldProblem(doing.error, ["uses"]);
  const submit = async () => {
    const count = Number(uses);
    const right = Number.isInteger(count) && count >= 1 && count <= MOST;
    setProblem(right ? undefined : t("problem.uses.pass", { max: MOST }));
    if (!right) return focusProblem();
    await doing.run(async () => {
      const { result } = await ask("pass.make", { room, uses: count, lasts: Number(lasts), expires_in: Number(open) });
      onMade(result.invitation);
    });
  };
  return (
    <Dialog
      title={t("guests.new")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>{t("guests.new.make")}</Button>
        </>
      }
    >
      <p>{t("guests.lead")}</p>
      <Field label={t("guests.new.uses")} type="number" min={1} max={MOST} value={uses} onInput={setUses} error={problem ?? refused?.uses} />
      <div class="pair">
        <SelectField label={t("guests.new.lasts")} value={lasts} onInput={setLasts} options={options(STAYS)} />
        <SelectField label={t("guests.new.open")} value={open} onInput={setOpen} options={options(OPEN)} />
      </div>
      {!refused && <Refused error={doing.error} />}
    </Dialog>
  );
}
