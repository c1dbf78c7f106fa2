/// One's own reminders and posts for later, everywhere: in the settings.

import { useState } from "preact/hooks";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { nameOf, roomName } from "../store/names";
import { own } from "../store/planned";
import { entries, myId, people } from "../store/state";
import { t } from "../texts";
import { Button, EmptyState, Icon, MenuButton, type MenuItem } from "../ui";
import type { Planned } from "../wire/planned";
import { ReminderDialog } from "./dialog";
import { RetimeDialog } from "./retime";
import { moment } from "./times";

export function OwnPlanned() {
  const [asking, set] = useState<Planned | "new" | null>(null);
  const all = own.value;
  const close = () => set(null);
  const post = asking !== null && asking !== "new" && asking.what === "post";
  return (
    <>
      <p class="prose">{t("planned.own.lead")}</p>
      {all.length === 0 && <EmptyState title={t("planned.own.none")}>{t("planned.own.none.body")}</EmptyState>}
      <p><Button icon="plus" onClick={() => set("new")}>{t("planned.new")}</Button></p>
      {all.length > 0 && (
        <ul class="lines">
          {all.map((one) => <Line key={one.id} one={one} onChange={() => set(one)} />)}
        </ul>
      )}
      {asking !== null && !post && <ReminderDialog room={null} {...(asking === "new" ? {} : { planned: asking })} onClose={close} />}
      {asking !== null && asking !== "new" && post && <RetimeDialog planned={asking} onClose={close} />}
    </>
  );
}

function Line({ one, onChange }: { one: Planned; onChange: () => void }) {
  const entry = one.room ? entries.value.get(one.room) : undefined;
  const words = (one.body ?? "").replaceAll(/<@(\w+)>/g, (_, id: string) => `@${id.startsWith("p_") ? nameOf(people.value, id) : id}`) || t("planned.about");
  const change = (paused: boolean) => () => void attempt(ask("planned.change", { planned: one.id, paused }));
  const items: (MenuItem | false)[] = [
    { label: t("planned.change"), icon: "edit", run: onChange },
    one.what === "reminder" && (one.paused ? { label: t("planned.go_on"), icon: "check", run: change(false) } : { label: t("planned.pause"), icon: "wait", run: change(true) }),
    { label: t("planned.drop"), icon: "trash", danger: true, run: () => void attempt(ask("planned.drop", { planned: one.id })) },
  ];
  const when = one.paused ? t("planned.paused") : one.next[0] ? moment(one.next[0]) : "";
  return (
    <li class="line-item" data-planned={one.id}>
      <Icon name={one.what === "post" ? "send" : "clock"} />
      <div class="line-text">
        <span class="line-title planned-words">{words}</span>
        <span class="line-small">
          {[one.what === "post" ? t("planned.post") : one.said, one.what === "post" || one.when.rule ? when : "", entry && roomName(entry.room, people.value, myId())].filter(Boolean).join(" · ")}
        </span>
      </div>
      <MenuButton icon="more" label={t("planned.actions", { what: words.slice(0, 60) })} items={items.filter((item) => item !== false)} />
    </li>
  );
}
