/// What every screen of accounts does: fetch once, submit once. No screen of its own.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Fetched } from "../store/state";

export interface Fetching<T> {
  now: Fetched<{ value: T }>;
  /** Ask again; what is here stays until the answer comes. */
  again: () => void;
  /** Show this instead, as the answer to something just done. */
  put: (value: T) => void;
}

/** Fetch when first drawn and whenever `key` changes. An answer to an older question is dropped. */
export function useFetch<T>(key: string, fetch: () => Promise<T>): Fetching<T> {
  const [now, setNow] = useState<Fetched<{ value: T }>>({ state: "loading" });
  const turn = useRef(0);
  const run = () => {
    const mine = ++turn.current;
    fetch().then(
      (value) => mine === turn.current && setNow({ state: "ready", value }),
      (error: unknown) => mine === turn.current && setNow({ state: "failed", error }),
    );
  };
  useEffect(() => {
    setNow({ state: "loading" });
    run();
    return () => {
      turn.current++;
    };
  }, [key]);
  const again = () => {
    if (now.state === "failed") setNow({ state: "loading" });
    run();
  };
  return { now, again, put: (value) => setNow({ state: "ready", value }) };
}

export interface Doing {
  busy: boolean;
  error: unknown;
  /** True when it went well; what it threw is in `error`. Does nothing while it runs. */
  run: (what: () => Promise<void>) => Promise<boolean>;
  fail: (error: unknown) => void;
}

/** One thing at a time, and what came of it. */
export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const running = useRef(false);
  const run = async (what: () => Promise<void>): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await what();
      return true;
    } catch (thrown) {
      setError(thrown);
      focusProblem();
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, error, run, fail: setError };
}

/** To the first field with a problem, once it is drawn: whoever cannot see it must not have to look for it. */
export function focusProblem(): void {
  requestAnimationFrame(() => {
    const dialogs = document.querySelectorAll("dialog[open]");
    const where: ParentNode = dialogs[dialogs.length - 1] ?? document;
    where.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  });
}
