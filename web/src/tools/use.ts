/// What the panels of tools share: asking the server, the state of a tool in the room in front, the moving clock.

import { useEffect, useState } from "preact/hooks";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { changeSnapshot, type OpenRoom } from "../store/state";
import { stateOf } from "./fold";

export type ToolAction = { do: string } & Record<string, unknown>;

/** Do something with a tool; rejects with ApiError. */
export const askTool = (room: string, tool: string, action: ToolAction): Promise<unknown> => ask("tool.use", { room, tool, action });

/** The same; a refusal is said at the foot of the window. */
export const useTool = (room: string, tool: string, action: ToolAction): Promise<boolean> => attempt(askTool(room, tool, action));

/** Set one's own mark in a tool. */
export async function setMark(room: string, tool: string, mark: Record<string, unknown>): Promise<void> {
  const { result } = await ask("tool.mark", { room, tool, mark });
  changeSnapshot(room, (one) => ({ ...one, marks: { ...one.marks, [tool]: result.mark } }));
}

/** Whether the room uses a tool. */
export const usesTool = (open: OpenRoom, tool: string): boolean => open.snapshot.room.options.tools.includes(tool);

/** A tool's state; `none` where it is switched off or was never used. */
export function toolState<State>(open: OpenRoom, tool: string, none: State): State {
  return usesTool(open, tool) ? stateOf(open.snapshot.tools, tool, none) : none;
}

/** Milliseconds since 1970, moving once a second while `running`. */
export function useNow(running: boolean): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    set(Date.now());
    if (!running) return undefined;
    const timer = setInterval(() => set(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
