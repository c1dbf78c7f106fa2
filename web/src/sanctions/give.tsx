/// The dialog in which somebody who looks after a room does something about a person: what, for how long, why.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { deskMoved } from "../store/given";
import { t } from "../texts";
import { AreaField, ChoiceField, Confirm, remark, SelectField } from "../ui";

type Kind = "warn" | "mute" | "remove" | "ban";
const SPANS = [600, 3600, 86_400, 604_800, 2_592_000] as const;
const REASON = 500;

/** A choice of how long, in seconds; empty for no end. */
export function SpanField({ value, onInput, ever }: { value: string; onInput: (value: string) => void; ever?: "span.ever" | "span.open" }) {
  const options = SPANS.map((one) => ({ value: String(one), label: t(`span.${one}`) }));
  if (ever) options.push({ value: "", label: t(ever) });
  return <SelectField label={t("give.seconds")} value={value} onInput={onInput} options={options} />;
}

interface GiveProps {
  room: string;
  person: string;
  name: string;
  /** Whether they are in the room: who is not can only be banned. */
  inside: boolean;
  onClose: () => void;
}

export function GiveDialog({ room, person, name, inside, onClose }: GiveProps) {
  const [kind, setKind] = useState<Kind>(inside ? "warn" : "ban");
  const [span, setSpan] = useState("3600");
  const [reason, setReason] = useState("");
  const kinds: Kind[] = inside ? ["warn", "mute", "remove", "ban"] : ["ban"];
  const timed = kind === "mute" || kind === "ban";
  const give = async () => {
    const why = reason.trim();
    const seconds = span ? Number(span) : undefined;
    if (kind === "warn") await ask("sanction.warn", { room, person, reason: why });
    else if (kind === "mute") await ask("sanction.mute", { room, person, seconds: seconds ?? 3600, reason: why });
    else if (kind === "remove") await ask("room.remove", { room, person, reason: why });
    else await ask("sanction.ban", { room, person, ...(seconds ? { seconds } : {}), reason: why });
    deskMoved.value++;
    remark(t(`give.done.${kind}`, { name }), "good");
  };
  return (
    <Confirm title={t("give.title", { name })} action={t(`give.${kind}`)} danger={kind !== "warn"} onConfirm={give} onClose={onClose}>
      <ChoiceField
        legend={t("give.kind")}
        value={kind}
        onInput={(next) => {
          setKind(next);
          if (next === "mute" && !span) setSpan("3600");
        }}
        options={kinds.map((one) => ({ value: one, label: t(`give.${one}`), hint: one === "warn" ? t("give.warn.hint") : t(`give.${one}.hint`, { name }) }))}
      />
      {timed && <SpanField value={span} onInput={setSpan} {...(kind === "ban" ? { ever: "span.ever" as const } : {})} />}
      <AreaField label={t("give.reason", { name })} optional={kind !== "warn"} value={reason} onInput={setReason} rows={3} maxLength={REASON} />
    </Confirm>
  );
}
