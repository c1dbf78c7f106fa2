/// The tools of a room as people meet them: a link in the head, a panel in the margin, a bar above the composer.
/// A new tool is a row here, a fold in fold.ts and a file of its own.

import type { ComponentChildren, FunctionComponent } from "preact";
import { BookPanel, HandsPanel, PollPanel, RoundPanel, TasksPanel, WelcomePanel } from "../parts";
import { href, place } from "../router";
import type { OpenRoom } from "../store/state";
import { t, type Key } from "../texts";
import { Icon, type IconName, type MenuItem } from "../ui";
import { HandsBar } from "./hands_bar";
import { NO_HANDS, type Hands } from "./hands";
import { PollBar } from "./poll_bar";
import { running, NO_POLLS, type Polls } from "./poll";
import { RoundBar } from "./round_bar";
import { NO_TASKS, type Tasks } from "./tasks";
import { toolState, usesTool } from "./use";

interface Tool {
  icon: IconName;
  title: Key;
  Panel: FunctionComponent<{ open: OpenRoom }>;
  /** Above the composer, while there is something to say. */
  Bar?: FunctionComponent<{ open: OpenRoom }>;
  /** A number beside its link; 0 for none. */
  count?: (open: OpenRoom) => number;
  /** Seldom needed, and by those who look after the room: in the menu only. */
  seldom?: boolean;
}

/** Bots of the house that need no panel: they are spoken to in the talk. */
export const SPOKEN_TO = ["reminder"];

export const TOOLS: Record<string, Tool> = {
  hands: {
    icon: "hand",
    title: "hands.title",
    Panel: HandsPanel,
    Bar: HandsBar,
    count: (open) => toolState<Hands>(open, "hands", NO_HANDS).hands.length,
  },
  round: { icon: "round", title: "round.title", Panel: RoundPanel, Bar: RoundBar },
  book: { icon: "book", title: "book.title", Panel: BookPanel },
  tasks: {
    icon: "tasks",
    title: "tasks.title",
    Panel: TasksPanel,
    count: (open) => toolState<Tasks>(open, "tasks", NO_TASKS).items.filter((one) => one.kind === "action" && !one.done).length,
  },
  poll: {
    icon: "poll",
    title: "poll.title",
    Panel: PollPanel,
    Bar: PollBar,
    count: (open) => running(toolState<Polls>(open, "poll", NO_POLLS), Date.now()).length,
  },
  welcome: { icon: "door", title: "welcome.title", Panel: WelcomePanel, seldom: true },
};

const switchedOn = (open: OpenRoom): [string, Tool][] => Object.entries(TOOLS).filter(([name]) => usesTool(open, name));

/** Links in the head of the room. */
export function ToolLinks({ open }: { open: OpenRoom }) {
  const id = open.snapshot.room.id;
  return (
    <>
      {switchedOn(open).filter(([, { seldom }]) => !seldom).map(([name, { icon, title, count }]) => {
        const number = count?.(open) ?? 0;
        const label = number > 0 ? `${t(title)}: ${number}` : t(title);
        const here = place.value[2] === name;
        return (
          <a key={name} class="head-link head-tool" href={here ? href("r", id) : href("r", id, name)} aria-label={label} title={t(title)} aria-current={here ? "true" : undefined}>
            <Icon name={icon} size={18} />
            {number > 0 && <span aria-hidden="true">{number}</span>}
          </a>
        );
      })}
    </>
  );
}

/** The same in the room's menu: a narrow head shows one link only. */
export const toolItems = (open: OpenRoom): MenuItem[] =>
  switchedOn(open).filter(([, { seldom }]) => !seldom || open.desk !== undefined).map(([name, { icon, title }]) => ({ label: t(title), icon, href: href("r", open.snapshot.room.id, name) }));

/** The panel that a place names, or null. */
export function toolPanel(name: string | undefined, open: OpenRoom): ComponentChildren {
  const tool = name && usesTool(open, name) ? TOOLS[name] : undefined;
  return tool ? <tool.Panel key={name} open={open} /> : null;
}

export function ToolBars({ open }: { open: OpenRoom }) {
  return (
    <>
      {switchedOn(open).map(([name, { Bar }]) => Bar && <Bar key={name} open={open} />)}
    </>
  );
}
