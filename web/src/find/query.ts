/// What is typed into the box, on this side: its filters, names that fit, and what to keep for next time. Pure.
/// The server alone decides what is found; it folds words by rules of its own (rooms/words.py).

const FILTER = /(?:^|\s)((?:from|in|before|after):(?:"[^"]+"|[^\s"]+))/gi;

/** The filters in a query as typed, without doubles. */
export function filtersOf(q: string): string[] {
  return [...new Set([...q.matchAll(FILTER)].map((one) => one[1] as string))];
}

/** Put a filter in, or take it out. */
export function toggled(q: string, filter: string): string {
  if (!filtersOf(q).includes(filter)) return q.trim() ? `${q.trim()} ${filter}` : filter;
  return q.replace(FILTER, (whole, one: string) => (one === filter ? "" : whole)).trim();
}

/** `in:` for a room's name; quoted where it has blanks. */
export const filter = (kind: "from" | "in", name: string): string => `${kind}:${/[\s"]/.test(name) ? `"${name.replaceAll('"', " ").trim()}"` : name}`;

/** A name without case and accents. */
export const folded = (name: string): string => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether every word typed begins a word of one of the names. */
export function fits(q: string, ...names: string[]): boolean {
  const words = names.flatMap((name) => folded(name).split(/[^\p{L}\p{N}]+/u)).filter(Boolean);
  const typed = folded(q).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return typed.length > 0 && typed.every((part) => words.some((word) => word.startsWith(part)));
}

/** The newest first, each once, no more than `most`. */
export const remembered = (list: readonly string[], fresh: readonly string[], most: number): string[] =>
  [...new Set([...fresh, ...list])].slice(0, most);

export interface Piece {
  text: string;
  marked: boolean;
}

/** What stands in folds stays folded: dots, as many as there are letters. */
const concealed = (text: string): string =>
  text.replace(/\|\|[^|]+(?:\|\||$)/g, (fold) => [...fold].map((one) => (/\s/.test(one) ? one : "·")).join(""));

/** An excerpt cut at its marks, which count code points. */
export function pieces(excerpt: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const points = [...concealed(excerpt)];
  const out: Piece[] = [];
  let at = 0;
  const add = (to: number, marked: boolean) => {
    if (to > at) out.push({ text: points.slice(at, to).join(""), marked });
    at = Math.max(at, to);
  };
  for (const [start, end] of marks) {
    add(start, false);
    add(end, true);
  }
  add(points.length, false);
  return out;
}
