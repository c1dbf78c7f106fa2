/// When to try again, and whether: the delays and close codes of docs/protocol.md. Pure.

const FIRST = 0.5;
const LONGEST = 30;

/** Seconds until attempt number `attempt` (0 is the first): full jitter over a doubling span. */
export function delay(attempt: number, random: number): number {
  const span = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt + 1, 16));
  return FIRST + random * (span - FIRST);
}

export type Verdict = "again" | "session" | "stop";

/** What a close code asks of us: come back, look at the session first, or stay away until told. */
export function verdict(code: number): Verdict {
  if ((code >= 4100 && code <= 4103) || code === 4107) return "session";
  if (code >= 4104 && code <= 4199) return "stop";
  if (code >= 4000 && code <= 4099) return "again";
  // 1006 and the rest of the network's own codes; only refusals of what we sent are final.
  return [1002, 1003, 1007, 1009].includes(code) ? "stop" : "again";
}
