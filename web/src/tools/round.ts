/// The go-round: the state and its fold, as in rooms/tools/go_round.py, and who has the floor. Pure.

export interface Going {
  /** The first of them has the floor. */
  waiting: string[];
  /** Microseconds since 1970. */
  since: number;
  spoken: string[];
  passed: string[];
  /** Seconds a turn; 0: no time. */
  seconds: number;
  until: number | null;
}

export interface Round {
  going: Going | null;
}

export type RoundChange =
  | { what: "begun"; people: string[]; since: number; seconds?: number; until?: number }
  | { what: "turned"; person: string; how: "done" | "passed" | "lapsed" | "left"; since: number; until?: number }
  | { what: "extended"; until: number }
  | { what: "ended" };

export const NO_ROUND: Round = { going: null };

export function foldRound(state: Round, change: RoundChange): Round {
  if (change.what === "begun") {
    const { people, since, seconds = 0, until } = change;
    return { going: { waiting: people, since, spoken: [], passed: [], seconds, until: until ?? null } };
  }
  if (change.what === "ended" || !state.going) return NO_ROUND;
  if (change.what === "extended") return { going: { ...state.going, until: change.until } };
  return change.what === "turned" ? { going: turned(state.going, change) } : state;
}

function turned(going: Going, change: Extract<RoundChange, { what: "turned" }>): Going {
  const { person, how, since } = change;
  const spoke = how === "done" || how === "lapsed";
  return {
    ...going,
    waiting: going.waiting.filter((one) => one !== person),
    spoken: spoke ? [...going.spoken, person] : going.spoken,
    passed: how === "passed" ? [...going.passed, person] : going.passed,
    since,
    until: change.until ?? null,
  };
}

export const round = { none: NO_ROUND, fold: foldRound };

/** Who has the floor at `now` (milliseconds); null: no go-round, or its last turn is over. */
export function floor({ going }: Round, now: number): string | null {
  if (!going) return null;
  const lapsed = going.until !== null && now * 1000 >= going.until;
  return going.waiting[lapsed ? 1 : 0] ?? null;
}
