/// Who is writing, in one line that is always there, so that nothing jumps.

import { useEffect, useState } from "preact/hooks";
import { nameOf } from "../store/names";
import { people, typists } from "../store/state";
import { t } from "../texts";

export function Typists({ room, thread }: { room: string; thread: string | null }) {
  const [now, setNow] = useState(Date.now());
  const here = typists.value.filter((one) => one.room === room && one.thread === thread && one.until > now);
  useEffect(() => {
    setNow(Date.now());
    const next = Math.min(...typists.value.map((one) => one.until));
    if (!Number.isFinite(next)) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(200, next - Date.now() + 50));
    return () => clearTimeout(timer);
  }, [typists.value, now]);
  return (
    <p class="typists" data-typing={here.length}>
      {words(here.map((one) => (people.value.has(one.person) ? nameOf(people.value, one.person) : one.name)))}
    </p>
  );
}

function words([a, b, more]: string[]): string {
  if (a === undefined) return "";
  if (b === undefined) return t("typing.one", { a });
  return more === undefined ? t("typing.two", { a, b }) : t("typing.many");
}
