/// One's own posts for later, above the composer of the place where they will stand: quiet, a line each.

import { useState } from "preact/hooks";
import { plain } from "../markup/parse";
import { RetimeDialog } from "../parts";
import type { RoomContext } from "../room/context";
import { takenBack } from "../room/state";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { own } from "../store/planned";
import { t } from "../texts";
import { unitLabel } from "../tools/ahead";
import { Icon, MenuButton } from "../ui";
import type { Planned } from "../wire/planned";
import { moment } from "./times";

export function Scheduled({ room, thread }: { room: RoomContext; thread: string | null }) {
  const [retiming, retime] = useState<Planned | null>(null);
  const mine = own.value.filter((one) => one.what === "post" && one.room === room.room.id && one.thread === thread && one.why === null);
  if (mine.length === 0) return null;
  const now = (one: Planned) => async () => {
    if (await attempt(ask("message.post", { room: room.room.id, body: one.body ?? "", ...(one.thread ? { thread: one.thread } : {}), ...(one.quote ? { quote: one.quote } : {}), ...(one.unit ? { unit: one.unit } : {}) }, { client_id: `now.${one.id}` }))) {
      await attempt(ask("planned.drop", { planned: one.id }));
    }
  };
  const edit = (one: Planned) => async () => {
    if (!(await attempt(ask("planned.drop", { planned: one.id })))) return;
    takenBack.value = { thread: one.thread, body: one.body ?? "", quote: one.quote, unit: one.unit };
  };
  return (
    <ul class="scheduled" aria-label={t("planned.posts")}>
      {mine.map((one) => (
        <li key={one.id} data-planned={one.id}>
          <Icon name="clock" size={16} />
          <span class="scheduled-when">{one.next[0] ? moment(one.next[0]) : t("planned.soon")}</span>
          {one.unit && <span class="scheduled-unit">{unitLabel({ unit: one.unit, author: one.by }, room)}</span>}
          <span class="scheduled-words">{plain(one.body ?? "", room.mentioned.label, 80)}</span>
          <MenuButton
            icon="more"
            label={t("planned.actions", { what: plain(one.body ?? "", room.mentioned.label, 40) })}
            items={[
              { label: t("planned.retime"), icon: "clock", run: () => retime(one) },
              { label: t("planned.edit"), icon: "edit", run: () => void edit(one)() },
              { label: t("planned.post_now"), icon: "send", run: () => void now(one)() },
              { label: t("planned.post.drop"), icon: "trash", danger: true, run: () => void attempt(ask("planned.drop", { planned: one.id })) },
            ]}
          />
        </li>
      ))}
      {retiming && <RetimeDialog planned={retiming} onClose={() => retime(null)} />}
    </ul>
  );
}
