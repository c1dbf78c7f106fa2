/// The frame around everything for somebody signed in: the list on the left, what was chosen beside it.
/// On a phone one of the two. The connection's state stands above both, only while it is worth saying.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../texts";
import { reconnect } from "../store/client";
import { knowOfRestoring } from "../store/restored";
import { line, restored } from "../store/state";
import { AdminWaits } from "../admin/waits";
import { BotTroubles } from "../bots/troubled";
import { FindBox, useFindKeys } from "../find/open";
import { VisitEndsSoon } from "../guests/leave";
import { whole } from "../room/times";
import { Rung } from "../planned/rung";
import { Notices } from "../sanctions/notices";
import { Button } from "../ui";
import { Answers } from "./answers";
import { RoomList } from "./list";
import { Troubles } from "./troubles";

export function Shell({ atList, children }: { atList: boolean; children: ComponentChildren }) {
  useFindKeys();
  return (
    <div class={atList ? "shell shell-list" : "shell"}>
      <LineNotice />
      <Troubles />
      <BotTroubles />
      <AdminWaits />
      <Answers />
      <RestoredNotice />
      <VisitEndsSoon />
      <div class="shell-columns">
        <RoomList />
        <div class="shell-main">
          <Notices />
          <Rung />
          {children}
        </div>
      </div>
      <FindBox />
    </div>
  );
}

/** What was written after a backup is gone: said once to everybody. */
function RestoredNotice() {
  const from = restored.value;
  return (
    <div class="line line-restored" role="status">
      {from !== null && (
        <div class="line-words">
          <p>{t("line.restored", { when: whole(from) })}</p>
          <Button kind="quiet" onClick={knowOfRestoring}>
            {t("line.restored.known")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A short break is nobody's business: words come after two seconds. */
const PATIENCE = 2_000;

function LineNotice() {
  const now = line.value;
  const [late, setLate] = useState(false);
  const broken = now.state !== "open";
  useEffect(() => {
    setLate(false);
    if (!broken) return undefined;
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [broken]);
  const shown = broken && (late || now.state === "stopped");
  return (
    <div class="line" role="status" data-line={now.state}>
      {shown && (
        <div class="line-words">
          <p>{words(now.state)}</p>
          {(now.state === "stopped" || navigator.onLine) && (
            <Button kind="quiet" onClick={reconnect}>
              {t("line.now")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function words(state: "connecting" | "waiting" | "stopped" | "open"): string {
  if (state === "stopped") return t("line.stopped");
  return navigator.onLine ? t("line.waiting") : t("line.offline");
}
