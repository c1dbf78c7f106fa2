/// Lists that come a page at a time and change with what is searched for. The newest question wins.

import { useEffect, useState } from "preact/hooks";
import type { Fetched } from "../store/state";

export interface Listing<T> {
  list: Fetched<{ items: T[]; next: string | null }>;
  more: () => void;
  retry: () => void;
}

type Ask<T> = (after: string | undefined) => Promise<{ items: T[]; next: string | null }>;

/** `key` says what is asked for; when it changes the list begins anew, after a short pause for typing. */
export function useListing<T>(key: string, ask: Ask<T>, pause = 200): Listing<T> {
  const [list, setList] = useState<Listing<T>["list"]>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(
      () =>
        ask(undefined).then(
          (page) => current && setList({ state: "ready", ...page }),
          (error: unknown) => current && setList({ state: "failed", error }),
        ),
      list.state === "ready" ? pause : 0,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key, turn]);
  const more = () => {
    if (list.state !== "ready" || list.next === null) return;
    ask(list.next).then(
      (page) => setList({ state: "ready", items: [...list.items, ...page.items], next: page.next }),
      (error: unknown) => setList({ state: "failed", error }),
    );
  };
  return { list, more, retry: () => setTurn(turn + 1) };
}
