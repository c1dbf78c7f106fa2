/// The tabs of a room's desk, one row each: a new one is a component and its row here.
/// Its state comes with the room (`open.desk`, folded in src/store/desk.ts) or is fetched by the tab.

import type { ComponentChildren } from "preact";
import { waitingAt } from "../store/desk";
import type { OpenRoom } from "../store/state";
import type { Key } from "../texts";
import { Rules } from "./rules";
import { Waiting } from "./waiting";

export interface DeskTab {
  /** Its place: #/r/{room}/desk/{at}; empty for the first. */
  at: string;
  label: Key;
  /** How many things wait there. */
  count?: (open: OpenRoom) => number;
  draw: (open: OpenRoom) => ComponentChildren;
}

export const TABS: DeskTab[] = [
  { at: "", label: "desk.waiting", count: (open) => waitingAt(open.desk), draw: (open) => <Waiting open={open} /> },
  { at: "rules", label: "desk.rules", draw: (open) => <Rules open={open} /> },
];
