/// Post later: write now, and it is posted when you say. Until then only its author sees it.

import { useState } from "preact/hooks";
import { ownZone } from "../account/zones";
import { ask } from "../store/ask";
import { t } from "../texts";
import { Button, Confirm, remark } from "../ui";
import type { Unit } from "../wire/parts";
import { dayAhead, moment } from "./times";
import { WhenFields, whenOf, type Chosen } from "./when";

interface Props {
  post: { room: string; thread: string | null; quote: string | null; body: string; unit: Unit | null };
  /** The name of the chapter it speaks of; empty for none. */
  speaks: string;
  onClose: () => void;
  onDone: () => void;
}

const at = (days: number, time: string): Chosen => ({ day: dayAhead(days), time, repeat: "once", until: "", skip: [] });

/** The Monday after today. */
const toMonday = (): number => ((8 - new Date().getDay()) % 7) || 7;

export function LaterDialog({ post, speaks, onClose, onDone }: Props) {
  const [chosen, setChosen] = useState<Chosen>(() => at(1, "08:00"));
  const { room, thread, quote, body, unit } = post;
  const confirm = async () => {
    const when = whenOf(chosen, ownZone());
    if (!when) return;
    const { result } = await ask("post.schedule", { room, body, when, ...(thread ? { thread } : {}), ...(quote ? { quote } : {}), ...(unit ? { unit } : {}) });
    remark(t("planned.later.done", { when: moment(result.next[0] ?? "") }), "good");
    onDone();
  };
  const evening = new Date().getHours() < 17 ? [{ label: t("planned.quick.evening"), chosen: at(0, "18:00") }] : [];
  const quick = [
    ...evening,
    { label: t("planned.quick.tomorrow8"), chosen: at(1, "08:00") },
    { label: t("planned.quick.monday8"), chosen: at(toMonday(), "08:00") },
  ];
  return (
    <Confirm title={t("planned.later")} action={t("planned.later.do")} onConfirm={confirm} onClose={onClose}>
      <p class="planned-excerpt">{body.slice(0, 200)}</p>
      {speaks && <p class="field-hint">{t("planned.later.speaks", { unit: speaks })}</p>}
      <div class="planned-quick">
        {quick.map((one) => (
          <Button key={one.label} onClick={() => setChosen(one.chosen)} aria-pressed={one.chosen.day === chosen.day && one.chosen.time === chosen.time}>{one.label}</Button>
        ))}
      </div>
      <WhenFields once value={chosen} onInput={setChosen} />
      <p class="field-hint">{t("planned.later.hint", { zone: ownZone() })}</p>
    </Confirm>
  );
}
