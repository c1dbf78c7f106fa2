/// What somebody was given, told to them: calmly, with the reason, the end and a way to be heard again.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import { binds, given, passed, wakeAt } from "../store/given";
import { knows, t, type Key } from "../texts";
import { AreaField, Button, Confirm, remark } from "../ui";
import type { Sanction } from "../wire/sanctions";
import { untilWhen } from "./when";

const TEXT = 2_000;
const SEEN = "tertulia.notices";

/** Ids that were read and put away on this device. */
function seen(): string[] {
  try {
    return JSON.parse(localStorage.getItem(SEEN) ?? "[]") as string[];
  } catch {
    return [];
  }
}

/** Notices that are not yet put away, above everything. A mute stands in its room instead of the composer. */
export function Notices() {
  const [away, setAway] = useState(seen);
  void passed.value;
  const now = Date.now();
  const shown = given.value.filter((one) => !away.includes(stamp(one)) && (one.kind !== "mute" || one.appeal?.verdict));
  if (shown.length === 0) return null;
  const put = (one: Sanction) => {
    const next = [...away, stamp(one)].slice(-100);
    setAway(next);
    localStorage.setItem(SEEN, JSON.stringify(next));
  };
  return (
    <section class="notices" aria-label={t("notice.list")}>
      {shown.map((one) => (
        <article key={one.id} class="notice-card" data-sanction={one.id}>
          <h2>{headline(one, now)}</h2>
          {one.reason && !one.lifted_at && <p>{t("bound.reason", { reason: one.reason })}</p>}
          {one.lifted_at && !one.appeal && <p>{t("notice.lifted", { when: untilWhen(one.lifted_at, now) })}</p>}
          <AppealState sanction={one} />
          <div class="form-actions">
            <AppealButton sanction={one} />
            <Button kind="quiet" onClick={() => put(one)}>{t("notice.understood")}</Button>
          </div>
        </article>
      ))}
    </section>
  );
}

/** An answer, or being lifted, makes it news again. */
const stamp = (one: Sanction): string => `${one.id}${one.appeal?.verdict ?? ""}${one.lifted_at ? "l" : ""}`;

function headline(one: Sanction, now: number): string {
  const over = `notice.${one.kind}.lifted`;
  if (one.lifted_at && knows(over)) return t(over, { room: one.room_name });
  const ever = one.until === null && (one.kind === "ban" || one.kind === "suspend");
  const key = `notice.${one.kind}${ever ? ".ever" : ""}` as Key;
  if (one.until && binds(one, now)) wakeAt(Date.parse(one.until));
  return t(key, { room: one.room_name, until: one.until ? untilWhen(one.until, now) : "" });
}

/** What became of the question whether it could be looked at again. */
export function AppealState({ sanction }: { sanction: Sanction }) {
  const { appeal } = sanction;
  if (!appeal) return null;
  if (!appeal.verdict) return <p class="notice-small">{t("appeal.waiting")}</p>;
  return (
    <p class="notice-small">
      {t(`appeal.${appeal.verdict}`)} {appeal.answer && t("appeal.answer", { text: appeal.answer })}
    </p>
  );
}

export function AppealButton({ sanction }: { sanction: Sanction }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  if (sanction.appeal || sanction.lifted_at) return null;
  const send = async () => {
    await ask("sanction.appeal", { sanction: sanction.id, text: text.trim() });
    remark(t("appeal.sent"), "good");
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("appeal.ask")}</Button>
      {open && (
        <Confirm title={t("appeal.title")} action={t("appeal.send")} onConfirm={send} onClose={() => setOpen(false)}>
          <p>{t("appeal.body", { room: sanction.room_name })}</p>
          <AreaField label={t("appeal.text")} value={text} onInput={setText} rows={5} maxLength={TEXT} />
        </Confirm>
      )}
    </>
  );
}

