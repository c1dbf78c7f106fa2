/// Setting a reminder, or changing one: in words, which say back what was understood, or by form.

import { useEffect, useState } from "preact/hooks";
import { ownZone } from "../account/zones";
import { say } from "../net/error";
import { ask } from "../store/ask";
import { t } from "../texts";
import { AreaField, Button, ChoiceField, Confirm, Field, remark } from "../ui";
import type { Planned, Timing, Understood } from "../wire/planned";
import { moment } from "./times";
import { chosenOf, TOMORROW, WhenFields, whenOf, type Chosen } from "./when";

interface Props {
  room: string | null;
  /** The message it is about. */
  message?: string;
  thread?: string;
  planned?: Planned;
  /** Whether the room itself may be reminded. */
  mayRoom?: boolean;
  onClose: () => void;
}

const BODY = 1_000;

export function ReminderDialog({ room, message, thread, planned, mayRoom = false, onClose }: Props) {
  const known = planned ? chosenOf(planned.when) : TOMORROW();
  const [byForm, setByForm] = useState(planned !== undefined && known !== null);
  const [words, setWords] = useState("");
  const [body, setBody] = useState(planned?.body ?? "");
  const [chosen, setChosen] = useState<Chosen>(known ?? TOMORROW());
  const [whom, setWhom] = useState<"room" | "me">(message || !mayRoom ? "me" : "room");
  const read = useUnderstood(byForm ? "" : words);

  const confirm = async () => {
    const zone = planned && byForm ? planned.when.zone : ownZone();
    const when = byForm ? whenOf(chosen, zone) : null;
    const timing: Timing = byForm && when ? { when } : words.trim() ? { words, zone } : {};
    if (planned) {
      await ask("planned.change", { planned: planned.id, ...timing, ...(body === (planned.body ?? "") ? {} : { body }) });
      return remark(t("planned.changed"), "good");
    }
    const place = { ...(room ? { room } : {}), ...(thread ? { thread } : {}), ...(message ? { message } : {}) };
    const { result } = await ask("reminder.set", { ...timing, ...place, whom, ...(byForm ? { body } : {}) });
    remark(t("planned.set", { said: result.said }), "good");
  };
  return (
    <Confirm title={t(planned ? "planned.change" : message ? "planned.of_this" : "planned.new")} action={t(planned ? "planned.save" : "planned.do")} onConfirm={confirm} onClose={onClose}>
      {message && !planned && !byForm && <Quick onPick={setWords} />}
      {byForm ? (
        <>
          <AreaField label={t(message ? "planned.note" : "planned.what")} value={body} onInput={setBody} rows={2} maxLength={BODY} optional={message !== undefined} />
          <WhenFields value={chosen} onInput={setChosen} />
        </>
      ) : (
        <>
          {planned && <AreaField label={t("planned.what")} value={body} onInput={setBody} rows={2} maxLength={BODY} />}
          <Field
            label={t(planned || message ? "planned.when" : "planned.words")}
            value={words}
            onInput={setWords}
            maxLength={BODY}
            autocomplete="off"
            placeholder={t(planned || message ? "planned.when.example" : "planned.words.example")}
            hint={planned ? t("planned.now", { said: planned.said }) : undefined}
          />
          <Read read={read} words={words} wordless={planned !== undefined || message !== undefined} />
        </>
      )}
      {mayRoom && !planned && (
        <ChoiceField
          legend={t("planned.whom")}
          value={whom}
          onInput={setWhom}
          options={[
            { value: "room", label: t("planned.whom.room") },
            { value: "me", label: t("planned.whom.me"), hint: t("planned.whom.me.hint") },
          ]}
        />
      )}
      <p>
        <Button kind="quiet" onClick={() => setByForm(!byForm)}>{t(byForm ? "planned.by_words" : "planned.by_form")}</Button>
      </p>
    </Confirm>
  );
}

/** What one mostly wants of a message. */
function Quick({ onPick }: { onPick: (words: string) => void }) {
  const some = ["planned.quick.hour", "planned.quick.evening", "planned.quick.tomorrow", "planned.quick.monday"] as const;
  return (
    <div class="planned-quick">
      {some.map((key) => (
        <Button key={key} onClick={() => onPick(t(key).toLowerCase())}>{t(key)}</Button>
      ))}
    </div>
  );
}

type Read = { state: "none" | "reading" } | { state: "read"; found: Understood } | { state: "refused"; error: unknown };

/** What the server understands, a moment after the last key. */
function useUnderstood(words: string): Read {
  const [read, set] = useState<Read>({ state: "none" });
  useEffect(() => {
    if (!words.trim()) return set({ state: "none" });
    let current = true;
    const timer = setTimeout(() => {
      ask("planned.read", { words, zone: ownZone() }).then(
        ({ result }) => current && set({ state: "read", found: result }),
        (error: unknown) => current && set({ state: "refused", error }),
      );
    }, 250);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [words]);
  return read;
}

function Read({ read, words, wordless }: { read: Read; words: string; wordless: boolean }) {
  return (
    <div class="planned-read" role="status">
      {words.trim() === "" && !wordless && <p class="field-hint">{t("planned.words.hint")}</p>}
      {read.state === "refused" && words.trim() !== "" && <p class="field-hint">{say(read.error)}</p>}
      {read.state === "read" && words.trim() !== "" && (
        <>
          <p class="planned-said">{read.found.said}</p>
          {read.found.body ? <p>{read.found.body}</p> : !wordless && <p class="field-hint">{t("planned.words.what")}</p>}
          <p class="field-hint">{t("planned.next", { times: read.found.next.map((one) => moment(one)).join(" · ") })}</p>
        </>
      )}
    </div>
  );
}
