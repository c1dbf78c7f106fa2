/// A whole class at once: paste the names, look at what would be made, make it, print the slips.

import { useState } from "preact/hooks";
import { CLASS_LIST } from "../account/limits";
import { Refused } from "../account/refused";
import { useDoing, useFetch, type Doing } from "../account/use";
import { api } from "../net/api";
import type { Home } from "../store/state";
import { t } from "../texts";
import { AreaField, Button, Form, Notice, SelectField } from "../ui";
import type { ClassMade, ClassRow, Slip } from "../wire/accounts";
import { ClassTable } from "./class_table";
import { roomChoices } from "./rooms";
import { SlipsMade } from "./slips";

export function ClassListScreen({ here }: { here: Home }) {
  const [text, setText] = useState("");
  const [room, setRoom] = useState("");
  const [rows, setRows] = useState<ClassRow[] | null>(null);
  const [slips, setSlips] = useState<Slip[] | null>(null);
  const rooms = useFetch("rooms", roomChoices).now;
  const doing = useDoing();
  const lines = text.split("\n").filter((line) => line.trim()).length;
  const ask = (dry_run: boolean) =>
    doing.run(async () => {
      const made = await api.post<ClassMade>("/people/class-list", { text, dry_run, ...(room ? { room } : {}) });
      setRows(made.rows);
      if (made.slips) setSlips(made.slips);
    });
  const anew = () => {
    setText("");
    setRows(null);
    setSlips(null);
  };
  if (slips) return <SlipsMade slips={slips} community={here.community.name} onDone={anew} />;
  if (rows) return <Check rows={rows} doing={doing} onMake={() => void ask(false)} onBack={() => setRows(null)} />;
  return (
    <>
      <p class="prose">{t("class.lead")}</p>
      <Form onSubmit={() => void ask(true)}>
        <AreaField
          label={t("class.names")}
          hint={lines > CLASS_LIST ? t("class.too_many", { max: CLASS_LIST, count: lines }) : t("class.names.hint")}
          placeholder={t("class.example")}
          rows={10}
          value={text}
          onInput={setText}
        />
        <SelectField
          label={t("class.room")}
          value={room}
          onInput={setRoom}
          options={[{ value: "", label: t("class.room.none") }, ...(rooms.state === "ready" ? rooms.value : [])]}
        />
        <Refused error={doing.error} words={{ too_few: "class.empty" }} />
        <div class="form-actions">
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t("class.look")}
          </Button>
        </div>
      </Form>
    </>
  );
}

interface CheckProps {
  rows: ClassRow[];
  doing: Doing;
  onMake: () => void;
  onBack: () => void;
}

/** What would be made, before it is. */
function Check({ rows, doing, onMake, onBack }: CheckProps) {
  const good = rows.filter((one) => !one.problem).length;
  return (
    <>
      <p class="prose">{t("class.check")}</p>
      <ClassTable rows={rows} />
      {good < rows.length && <Notice kind="warn">{t("class.left_out", { count: rows.length - good })}</Notice>}
      <Refused error={doing.error} />
      <div class="form-actions">
        <Button kind="primary" busy={doing.busy} disabled={good === 0} onClick={onMake}>
          {t("class.create", { count: good })}
        </Button>
        <Button onClick={onBack}>{t("class.change")}</Button>
      </div>
    </>
  );
}
