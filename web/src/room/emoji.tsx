/// The emoji picker: search, groups, arrow keys. Its data is fetched when it is first opened.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t, type Key } from "../texts";
import { FailedState, Field, Float, Loading } from "../ui";
import { recentEmoji, remember } from "./emoji_recent";

type Data = [string, string, string, number][];
type Loaded = { state: "loading" } | { state: "failed"; error: unknown } | { state: "ready"; all: Data };

interface PickerProps {
  anchor: HTMLElement;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9];

export function EmojiPicker({ anchor, onPick, onClose }: PickerProps) {
  const [data, setData] = useState<Loaded>({ state: "loading" });
  const [query, setQuery] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const load = () => {
    setData({ state: "loading" });
    import("virtual:emoji").then(
      (module) => setData({ state: "ready", all: module.default }),
      (error: unknown) => setData({ state: "failed", error }),
    );
  };
  useEffect(load, []);
  useLayoutEffect(() => {
    box.current?.querySelector("input")?.focus({ preventScroll: true });
  }, []);
  const pick = (emoji: string) => {
    remember(emoji);
    onClose();
    onPick(emoji);
  };
  return (
    <Float anchor={anchor} onClose={onClose} class="emoji">
      <div ref={box} role="dialog" aria-label={t("emoji.title")}>
        <Field label={t("emoji.search")} type="search" autocomplete="off" value={query} onInput={setQuery} />
        <div class="emoji-groups">
          {data.state === "loading" && <Loading />}
          {data.state === "failed" && <FailedState error={data.error} retry={load} />}
          {data.state === "ready" && <Groups all={data.all} query={query} onPick={pick} />}
        </div>
      </div>
    </Float>
  );
}

function Groups({ all, query, onPick }: { all: Data; query: string; onPick: (emoji: string) => void }) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length > 0) {
    const found = all.filter(([, label, tags]) => words.every((word) => label.toLowerCase().includes(word) || tags.includes(word)));
    if (found.length === 0) return <p class="emoji-none">{t("emoji.none")}</p>;
    return <Grid title={t("emoji.search")} hidden list={found.slice(0, 120)} onPick={onPick} />;
  }
  const recent = recentEmoji().map((one) => all.find(([emoji]) => emoji === one) ?? ([one, one, "", 0] as Data[number]));
  return (
    <>
      {recent.length > 0 && <Grid title={t("emoji.recent")} list={recent} onPick={onPick} />}
      {GROUPS.map((group) => (
        <Grid key={group} title={t(`emoji.${group}` as Key)} list={all.filter((one) => one[3] === group)} onPick={onPick} />
      ))}
    </>
  );
}

interface GridProps {
  title: string;
  hidden?: boolean;
  list: Data;
  onPick: (emoji: string) => void;
}

/** One stop for Tab; arrows move within. */
function Grid({ title, hidden = false, list, onPick }: GridProps) {
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const wide = Math.max(1, all.findIndex((one) => one.offsetTop > (all[0]?.offsetTop ?? 0)));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    all[at + step]?.focus();
  };
  return (
    <section class="emoji-group" aria-label={title}>
      {!hidden && <h3 aria-hidden="true">{title}</h3>}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- arrows pass between the buttons inside */}
      <div class="emoji-grid" onKeyDown={move}>
        {list.map(([emoji, label], index) => (
          <button key={emoji} type="button" tabIndex={index === 0 ? 0 : -1} title={label} aria-label={label} onClick={() => onPick(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
    </section>
  );
}
