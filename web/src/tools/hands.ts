/// Hands: the state and its fold, as in rooms/tools/hands.py, and the order in which hands are called. Pure.

export type Why = "new" | "reply" | "clarify";

export interface Hand {
  person: string;
  why: Why;
  /** Microseconds since 1970. */
  at: number;
  /** How many of the room's newest messages were theirs when they raised it. */
  spoke: number;
}

export interface Hands {
  order: "first" | "quiet";
  hands: Hand[];
  called: string | null;
}

export type HandsChange =
  | { what: "raised"; person: string; why: Why; at: number; spoke?: number }
  | { what: "lowered"; people: string[] }
  | { what: "ordered"; order: Hands["order"] }
  | { what: "called"; person?: string };

export const NO_HANDS: Hands = { order: "first", hands: [], called: null };

export function foldHands(state: Hands, change: HandsChange): Hands {
  switch (change.what) {
    case "raised": {
      const { person, why, at, spoke = 0 } = change;
      const hand = { person, why, at, spoke };
      const up = state.hands.some((one) => one.person === person);
      return { ...state, hands: up ? state.hands.map((one) => (one.person === person ? hand : one)) : [...state.hands, hand] };
    }
    case "lowered":
      return { ...state, hands: state.hands.filter((one) => !change.people.includes(one.person)) };
    case "ordered":
      return { ...state, order: change.order };
    case "called":
      return { ...state, hands: state.hands.filter((one) => one.person !== change.person), called: change.person ?? null };
    default:
      return state;
  }
}

export const hands = { none: NO_HANDS, fold: foldHands };

/** The hands in the order in which they are called. */
export function queue(state: Hands): Hand[] {
  return state.order === "first" ? state.hands : state.hands.toSorted((a, b) => a.spoke - b.spoke || a.at - b.at);
}
