/// Whose turn it is in the room in front, told anew when a turn's time is over.

import { useEffect, useState } from "preact/hooks";
import type { OpenRoom } from "../store/state";
import { floor, NO_ROUND, type Round } from "./round";
import { toolState } from "./use";

/** The person who has the floor; null where nobody has it more than others. */
export function useTurn(open: OpenRoom): string | null {
  const state = toolState<Round>(open, "round", NO_ROUND);
  const [, again] = useState(0);
  const until = state.going?.until ?? null;
  useEffect(() => {
    const left = until === null ? 0 : until / 1000 - Date.now();
    if (left <= 0) return undefined;
    const timer = setTimeout(() => again((n) => n + 1), left + 20);
    return () => clearTimeout(timer);
  }, [until]);
  return turnOf(open);
}

export const turnOf = (open: OpenRoom): string | null => floor(toolState<Round>(open, "round", NO_ROUND), Date.now());
