/// What somebody reads who is suspended and proved who they are: why, until when, and a way to be heard again.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { ApiError } from "../net/error";
import { untilWhen } from "../sanctions/when";
import { t } from "../texts";
import { AreaField, Button, Notice } from "../ui";
import { Refused } from "./refused";
import { useDoing } from "./use";

interface Told {
  until?: string | null;
  reason?: string;
  appealed?: boolean;
  verdict?: "upheld" | "lifted" | null;
  answer?: string;
}

/** Of protocol/limits.py: APPEAL. */
const MOST = 2_000;

export const isSuspended = (error: unknown): error is ApiError => error instanceof ApiError && error.code === "account_suspended";

interface Props {
  error: ApiError;
  username: string;
  password: string;
}

export function Suspended({ error, username, password }: Props) {
  const { until, reason, appealed, verdict, answer } = error.params as Told;
  const [sent, setSent] = useState(false);
  const asked = sent || appealed;
  return (
    <>
      <Notice kind="warn">
        {until ? t("suspend.signin", { until: untilWhen(until, Date.now()) }) : t("suspend.signin.ever")} {reason && t("bound.reason", { reason })}
      </Notice>
      {asked && verdict && (
        <p>
          {t(`appeal.${verdict}`)} {answer && t("appeal.answer", { text: answer })}
        </p>
      )}
      {asked && !verdict && <p role="status">{t("suspend.appeal.waiting")}</p>}
      {!asked && <AppealForm username={username} password={password} onSent={() => setSent(true)} />}
    </>
  );
}

function AppealForm({ username, password, onSent }: { username: string; password: string; onSent: () => void }) {
  const [text, setText] = useState("");
  const doing = useDoing();
  const send = () =>
    doing.run(async () => {
      await api.post("/sign-in/appeal", { username: username.trim(), password, text: text.trim() });
      onSent();
    });
  return (
    <section class="appeal" aria-label={t("appeal.title")}>
      <AreaField label={t("appeal.text")} hint={t("suspend.appeal.hint")} value={text} onInput={setText} rows={4} maxLength={MOST} />
      <Refused error={doing.error} />
      <div class="form-actions">
        <Button kind="primary" busy={doing.busy} disabled={!text.trim()} onClick={() => void send()}>
          {t("suspend.appeal.send")}
        </Button>
      </div>
    </section>
  );
}
