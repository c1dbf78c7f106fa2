/// In place of the composer: why one cannot write here, and what one can do about it.

import { useState } from "preact/hooks";
import { go } from "../router";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { reloadOverview } from "../store/client";
import { reloadRoom } from "../store/rooms";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button } from "../ui";
import { joinRoom } from "../rooms/directory";
import { useRoom } from "./context";

export function Doorstep({ open }: { open: OpenRoom }) {
  const { may, name } = useRoom();
  const { room, me } = open.snapshot;
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    if (await joinRoom(room.id)) await reloadRoom(room.id);
    setBusy(false);
  };
  const leave = async () => {
    if (!(await attempt(ask("room.leave", { room: room.id })))) return;
    await reloadOverview();
    go();
  };
  if (me?.state === "invited") {
    return (
      <div class="doorstep">
        <p>{me.invited_by ? t("room.join.invite", { name: name(me.invited_by) }) : t("room.join.invited")}</p>
        <Button onClick={() => void leave()}>{t("room.join.decline")}</Button>
        <Button kind="primary" busy={busy} onClick={() => void enter()}>
          {t("room.join.accept")}
        </Button>
      </div>
    );
  }
  if (me?.state === "requested") {
    return (
      <div class="doorstep">
        <p>{t("room.join.requested")}</p>
        <Button onClick={() => void leave()}>{t("room.join.withdraw")}</Button>
      </div>
    );
  }
  if (may.join) {
    return (
      <div class="doorstep">
        <p>{t("room.join.visitor")}</p>
        <Button kind="primary" busy={busy} onClick={() => void enter()}>
          {t(room.access === "request" ? "room.join.ask" : "room.join.join")}
        </Button>
      </div>
    );
  }
  return <div class="doorstep">{may.whyNot && <p>{t(may.whyNot)}</p>}</div>;
}
