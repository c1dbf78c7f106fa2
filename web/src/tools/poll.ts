/// Polls: the state and its fold, as in rooms/tools/poll.py. Pure.

import type { Happened } from "./fold";

export interface Poll {
  id: number;
  by: string;
  /** Null, and no options, where the words have gone. */
  question: string | null;
  options: string[];
  size: number;
  body_seq: number;
  anonymous: boolean;
  many: boolean;
  /** Microseconds since 1970. */
  until: number | null;
  closed: boolean;
  /** By name: who chose what, by place. */
  votes: Record<string, number[]>;
  /** Once it is closed; null where too few voted anonymously. */
  counts: number[] | null;
  voters: number;
}

export interface Polls {
  polls: Poll[];
  last: number;
}

/** One's own mark: the anonymous polls in which one has voted. */
export interface PollMark {
  voted?: number[];
}

export type PollChange =
  | { what: "opened"; id: number; size: number; anonymous?: boolean; many?: boolean; until?: number }
  | { what: "voted"; id: number; options?: number[] }
  | { what: "closed"; id: number; voters: number; counts?: number[] | null }
  | { what: "dropped"; id: number };

export const NO_POLLS: Polls = { polls: [], last: 0 };

export function foldPoll(state: Polls, change: PollChange, { seq, actor, body }: Happened): Polls {
  switch (change.what) {
    case "opened": {
      const [question = null, ...options] = body ? body.split("\n") : [];
      const { id, size, anonymous = false, many = false, until = null } = change;
      const made: Poll = { id, by: actor, question, options, size, body_seq: seq, anonymous, many, until, closed: false, votes: {}, counts: null, voters: 0 };
      return { polls: [...state.polls, made], last: id };
    }
    case "voted": {
      const { options = [] } = change;
      return changed(state, change.id, ({ votes: { [actor]: _before, ...others } }) => ({
        votes: options.length > 0 ? { ...others, [actor]: options } : others,
      }));
    }
    case "closed":
      return changed(state, change.id, () => ({ closed: true, voters: change.voters, counts: change.counts ?? null }));
    case "dropped":
      return { ...state, polls: state.polls.filter((one) => one.id !== change.id) };
    default:
      return state;
  }
}

function changed(state: Polls, id: number, how: (poll: Poll) => Partial<Poll>): Polls {
  return { ...state, polls: state.polls.map((one) => (one.id === id ? { ...one, ...how(one) } : one)) };
}

export const poll = { none: NO_POLLS, fold: foldPoll };

/** Whether its time is over, closed or not; `now` in milliseconds. */
export const isOver = (one: Poll, now: number): boolean => one.closed || (one.until !== null && now * 1000 >= one.until);

export const running = (state: Polls, now: number): Poll[] => state.polls.filter((one) => !isOver(one, now));

/** Votes for each option, as far as they are to be seen. */
export function counted(one: Poll): number[] | null {
  if (one.closed || one.anonymous) return one.counts;
  const counts = Array.from({ length: one.size }, () => 0);
  for (const chosen of Object.values(one.votes)) for (const at of chosen) counts[at] = (counts[at] ?? 0) + 1;
  return counts;
}
