/// The fold of tools: which function makes the next state of which tool. A tool that is not here keeps its state.
/// Pure; the same as `rooms/tools/` on the server, held together by tests/vectors.

import type { Tool } from "../wire/views";
import { book } from "./book";
import { hands } from "./hands";
import { poll } from "./poll";
import { round } from "./round";
import { tasks } from "./tasks";
import { welcome } from "./welcome";

/** Where a change stands in the room's log. */
export interface Happened {
  seq: number;
  actor: string;
  body: string | null;
}

/** One tool's own: the state of what nobody has touched, and what a change makes of a state. */
export interface Folding<State, Change extends { what: string }> {
  none: State;
  fold: (state: State, change: Change, happened: Happened) => State;
}

/** A tool's fold gets its own state and changes; which those are is known only in its file. */
// oxlint-disable-next-line typescript/no-explicit-any
const FOLDS: Record<string, Folding<any, any>> = { hands, round, book, tasks, poll, welcome };

export interface ToolChange {
  tool: string;
  instance?: string;
  change: { what: string };
  body?: string | null;
}

/** The tools of a room after an event of one of them. */
export function foldTools(tools: Tool[], data: ToolChange, seq: number, actor: string): Tool[] {
  const rule = FOLDS[data.tool];
  if (!rule) return tools;
  const instance = data.instance ?? "";
  const held = tools.find((one) => one.tool === data.tool && one.instance === instance);
  if (held && held.rev >= seq) return tools;
  const state = rule.fold(held ? held.state : rule.none, data.change, { seq, actor, body: data.body ?? null });
  const next: Tool = { tool: data.tool, instance, rev: seq, state };
  const others = tools.filter((one) => one !== held);
  return [...others, next].toSorted((a, b) => a.tool.localeCompare(b.tool) || a.instance.localeCompare(b.instance));
}

/** The state of a tool as a room's snapshot holds it. */
export function stateOf<State>(tools: readonly Tool[], tool: string, none: State): State {
  const found = tools.find((one) => one.tool === tool && one.instance === "");
  return found ? (found.state as State) : none;
}
