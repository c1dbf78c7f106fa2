/// A refusal under a form: what happened and what to do. A rate limit counts down until the next try.

import { useEffect, useState } from "preact/hooks";
import { ApiError, say } from "../net/error";
import { t, type Key } from "../texts";
import { Notice } from "../ui";
import { waitOf } from "./problems";
import { clockOf } from "./when";

/** Nothing for no error. `words` replaces the catalogue's common text for some codes. */
export function Refused({ error, words = {} }: { error: unknown; words?: Partial<Record<string, Key>> }) {
  if (error === undefined) return null;
  const wait = waitOf(error);
  if (wait !== undefined) return <Countdown key={String(wait)} error={error} seconds={wait} />;
  const own = error instanceof ApiError ? words[error.code] : undefined;
  return <Notice kind="error">{own ? t(own) : say(error)}</Notice>;
}

/** Said aloud once; only the digits go on counting. */
function Countdown({ error, seconds }: { error: unknown; seconds: number }) {
  const [until, setUntil] = useState(() => Date.now() + seconds * 1000);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setUntil(Date.now() + seconds * 1000);
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [error]);
  const left = (until - now) / 1000;
  if (left <= 0) return <Notice>{t("refused.again")}</Notice>;
  return (
    <Notice kind="warn">
      {t("refused.wait")}{" "}
      <span aria-hidden="true" class="countdown">
        {clockOf(left)}
      </span>
      <span class="visually-hidden">{t("refused.seconds", { count: seconds })}</span>
    </Notice>
  );
}
