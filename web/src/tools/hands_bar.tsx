/// Above the composer: who has been called, and how many hands are up.

import { useRoom } from "../room/context";
import { href } from "../router";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Button, Icon } from "../ui";
import { NO_HANDS, type Hands } from "./hands";
import { toolState, useTool } from "./use";

export function HandsBar({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const { called, hands } = toolState<Hands>(open, "hands", NO_HANDS);
  if (!called && hands.length === 0) return null;
  const who = called === room.me ? t("hands.called.you") : called ? t("hands.called", { name: room.name(called) }) : "";
  return (
    <div class="tool-bar">
      <p role="status">
        <Icon name="hand" size={16} /> {who}{" "}
        {hands.length > 0 && <a href={href("r", room.room.id, "hands")}>{t("hands.count", { count: hands.length })}</a>}
      </p>
      {called === room.me && (
        <Button kind="quiet" onClick={() => void useTool(room.room.id, "hands", { do: "finish" })}>
          {t("hands.finish")}
        </Button>
      )}
    </div>
  );
}
