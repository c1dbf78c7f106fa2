/// Where one is signed in, and how to end it: here, there, everywhere else.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { say } from "../net/error";
import { t } from "../texts";
import { Button, Confirm, FailedState, Loading, remark } from "../ui";
import type { SessionLine } from "../wire/accounts";
import { useFetch } from "./use";
import { dayOf, distance } from "./when";

export function Devices() {
  const { now, again, put } = useFetch("sessions", async () => (await api.get<{ sessions: SessionLine[] }>("/me/sessions")).sessions);
  const [asking, ask] = useState(false);
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  const sessions = now.value;
  const others = sessions.filter((one) => !one.current);
  const end = async (session: SessionLine) => {
    try {
      await api.delete(`/me/sessions/${encodeURIComponent(session.id)}`);
      put(sessions.filter((one) => one.id !== session.id));
      remark(t("devices.ended"), "good");
    } catch (error) {
      remark(say(error), "error");
      again();
    }
  };
  return (
    <>
      <p class="prose">{t("devices.lead")}</p>
      <ul class="lines">
        {sessions.map((one) => (
          <Line key={one.id} session={one} onEnd={() => end(one)} />
        ))}
      </ul>
      {others.length === 0 ? (
        <p class="prose">{t("devices.only")}</p>
      ) : (
        <div class="form-actions">
          <Button onClick={() => ask(true)}>{t("devices.others")}</Button>
        </div>
      )}
      {asking && (
        <Confirm
          title={t("devices.others")}
          action={t("devices.others.action")}
          onClose={() => ask(false)}
          onConfirm={async () => {
            await api.delete("/me/sessions");
            put(sessions.filter((one) => one.current));
            remark(t("devices.others.done"), "good");
          }}
        >
          <p>{t("devices.others.body", { count: others.length })}</p>
        </Confirm>
      )}
    </>
  );
}

function Line({ session, onEnd }: { session: SessionLine; onEnd: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const name = session.device || t("devices.unknown");
  return (
    <li class="line-item" data-session={session.id}>
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-small">
          {t("devices.seen", { when: distance(session.last_seen_at, Date.now()), day: dayOf(session.created_at) })}
        </span>
      </div>
      {session.current ? (
        <span class="line-mark">{t("devices.this")}</span>
      ) : (
        <Button
          busy={busy}
          aria-label={t("devices.end.of", { name })}
          onClick={() => {
            setBusy(true);
            void onEnd().then(() => setBusy(false));
          }}
        >
          {t("devices.end")}
        </Button>
      )}
    </li>
  );
}
