/// What came for oneself, above everything until one has seen it: a reminder, or a post that could not be posted.

import { useState } from "preact/hooks";
import { ownZone } from "../account/zones";
import { ApiError, say } from "../net/error";
import { RetimeDialog } from "../parts";
import { go, href } from "../router";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { nameOf, roomName } from "../store/names";
import { own } from "../store/planned";
import { entries, myId, people } from "../store/state";
import { t } from "../texts";
import { Button, remark } from "../ui";
import { takenBack } from "../room/state";
import type { Planned } from "../wire/planned";
import { moment } from "./times";

export function Rung() {
  const [retiming, retime] = useState<Planned | null>(null);
  const shown = own.value.filter((one) => one.rung !== null || one.why !== null);
  if (shown.length === 0) return null;
  return (
    <section class="notices" aria-label={t("planned.rung")}>
      {shown.map((one) => (one.why === null ? <Reminder key={one.id} one={one} /> : <Refused key={one.id} one={one} onRetime={() => retime(one)} />))}
      {retiming && <RetimeDialog planned={retiming} onClose={() => retime(null)} />}
    </section>
  );
}

function place(one: Planned): string {
  const entry = one.room ? entries.value.get(one.room) : undefined;
  return entry ? roomName(entry.room, people.value, myId()) : "";
}

const LATE = 5 * 60_000;

function Reminder({ one }: { one: Planned }) {
  const room = place(one);
  const label = (id: string) => (id === "room" || id === "facilitators" ? id : nameOf(people.value, id));
  const words = (one.body ?? "").replaceAll(/<@(\w+)>/g, (_, id: string) => `@${label(id)}`);
  const late = one.rung !== null && Date.now() - Date.parse(one.rung) > LATE;
  const show = async () => {
    if (!one.message || !one.room) return;
    if (!(await attempt(showMessage(one.message)))) return;
    void attempt(ask("planned.seen", { planned: one.id }));
  };
  const again = async (what: string) => {
    // What comes again keeps its days: the next time is one of its own.
    const done = one.when.rule
      ? await attempt(Promise.all([ask("planned.seen", { planned: one.id }), ask("reminder.set", { words: what, zone: ownZone(), whom: "me", body: one.body ?? "", ...(one.message ? { message: one.message } : {}) })]))
      : await attempt(ask("planned.change", { planned: one.id, words: what, zone: ownZone() }));
    if (done) remark(t("planned.again.done"), "good");
  };
  return (
    <article class="notice-card" data-planned={one.id}>
      <h2>{words || t("planned.about")}</h2>
      <p class="notice-small">
        {[t("planned.reminder"), one.rung && moment(one.rung), late && t("planned.late"), room].filter(Boolean).join(" · ")}
      </p>
      <div class="form-actions">
        {one.message && <Button onClick={() => void show()}>{t("planned.show")}</Button>}
        <Button onClick={() => void again("in an hour")}>{t("planned.again.hour")}</Button>
        <Button onClick={() => void again("tomorrow at 9:00")}>{t("planned.again.tomorrow")}</Button>
        <Button kind="quiet" onClick={() => void attempt(ask("planned.seen", { planned: one.id }))}>{t("planned.seen")}</Button>
      </div>
    </article>
  );
}

async function showMessage(id: string): Promise<void> {
  const { result } = await ask("message.get", { message: id });
  const found = result.messages[0];
  if (!found) return;
  if (found.thread) go("r", found.room, "t", found.thread, found.no);
  else go("r", found.room, found.no);
}

function Refused({ one, onRetime }: { one: Planned; onRetime: () => void }) {
  const room = place(one);
  const why = say(new ApiError(one.why ?? "", "", { until: "" }));
  const edit = async () => {
    if (!(await attempt(ask("planned.drop", { planned: one.id })))) return;
    location.hash = href("r", one.room ?? "");
    takenBack.value = { thread: one.thread, body: one.body ?? "", quote: one.quote, unit: one.why === "unit_gone" ? null : one.unit };
  };
  return (
    <article class="notice-card" data-planned={one.id}>
      <h2>{t("planned.refused", { room })}</h2>
      <p>{why}</p>
      <p class="planned-excerpt">{(one.body ?? "").slice(0, 300)}</p>
      <div class="form-actions">
        <Button onClick={onRetime}>{t("planned.retime")}</Button>
        {one.room && entries.value.has(one.room) && one.thread === null && <Button onClick={() => void edit()}>{t("planned.edit")}</Button>}
        <Button kind="quiet" onClick={() => void attempt(ask("planned.drop", { planned: one.id }))}>{t("planned.post.drop")}</Button>
      </div>
    </article>
  );
}
