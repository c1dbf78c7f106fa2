/// A guest's own end of the visit, and a word when it is nearly over.

import { useEffect, useState } from "preact/hooks";
import { untilWhen } from "../sanctions/when";
import { ask } from "../store/ask";
import { entries, home } from "../store/state";
import { t } from "../texts";
import { Confirm } from "../ui";

/** How long before the end a guest is told. */
const SOON = 10 * 60_000;

/** When this guest's visit ends (RFC 3339); null for everybody else. */
export const visitUntil = (): string | null => (home.value.state === "ready" ? home.value.visitUntil : null);

export function LeaveVisit({ onClose }: { onClose: () => void }) {
  const room = [...entries.value.keys()][0];
  const leave = async () => {
    if (room) await ask("room.leave", { room }, { again: false });
  };
  return (
    <Confirm title={t("visit.leave.title")} action={t("visit.leave")} danger onConfirm={leave} onClose={onClose}>
      <p>{t("visit.leave.body")}</p>
    </Confirm>
  );
}

/** Nobody likes to be sent away in the middle of a sentence. */
export function VisitEndsSoon() {
  const until = visitUntil();
  const [now, setNow] = useState(Date.now());
  const end = until ? Date.parse(until) : Infinity;
  useEffect(() => {
    if (!Number.isFinite(end)) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), Math.min(3600_000, Math.max(1_000, end - SOON - Date.now())));
    return () => clearTimeout(timer);
  }, [end, now]);
  const soon = end - now <= SOON;
  return (
    <div class="line" role="status">
      {soon && until && (
        <div class="line-words line-calm">
          <p>{t("visit.soon", { until: untilWhen(until, now) })}</p>
        </div>
      )}
    </div>
  );
}
