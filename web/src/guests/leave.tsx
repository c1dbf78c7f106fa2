/// A guest's own end of the visit, and a word when it is nearly over.

import { useEffect, useState } from "preact/hooks";
import { departure } from "../account/departure";
import { api } from "../net/api";
import { forgetPerson } from "../net/keep";
import { untilWhen } from "../sanctions/when";
import { refreshSession } from "../session";
import { ask } from "../store/ask";
import { entries, home, myId } from "../store/state";
import { t } from "../texts";
import { Button, ChoiceField, Confirm } from "../ui";

/** How long before the end a guest is told. */
const SOON = 10 * 60_000;

/** When this guest's visit ends (RFC 3339); null for everybody else. */
export const visitUntil = (): string | null => (home.value.state === "ready" ? home.value.visitUntil : null);

type What = "stays" | "goes";

export function LeaveVisit({ onClose }: { onClose: () => void }) {
  const [what, choose] = useState<What>("stays");
  const room = [...entries.value.keys()][0];
  const leave = async () => {
    if (what === "goes") {
      const me = myId();
      await api.delete("/me/visit");
      forgetPerson(me);
      departure.value = "visit_forgotten";
      await refreshSession();
    } else if (room) await ask("room.leave", { room }, { again: false });
  };
  return (
    <Confirm title={t("visit.leave.title")} action={t(what === "goes" ? "visit.leave.forget" : "visit.leave")} danger onConfirm={leave} onClose={onClose}>
      <p>{t("visit.leave.body")}</p>
      <ChoiceField
        legend={t("visit.leave.what")}
        value={what}
        onInput={choose}
        options={[
          { value: "stays", label: t("visit.leave.stays"), hint: t("visit.leave.stays.hint") },
          { value: "goes", label: t("visit.leave.goes"), hint: t("visit.leave.goes.hint") },
        ]}
      />
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
  const [leaving, leave] = useState(false);
  const soon = end - now <= SOON;
  return (
    <div class="line" role="status">
      {soon && until && (
        <div class="line-words line-calm">
          <p>{t("visit.soon", { until: untilWhen(until, now) })}</p>
          <Button kind="quiet" onClick={() => leave(true)}>{t("visit.leave")}</Button>
        </div>
      )}
      {leaving && <LeaveVisit onClose={() => leave(false)} />}
    </div>
  );
}
