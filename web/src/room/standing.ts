/// Where one stands in the talk: the one rule for coming into a room, coming back to it and staying in it. Pure.
/// Knows heights only; scroll.ts measures them and puts the box there.

export interface Standing {
  /** One wants to be at the foot: just come in, or was there last. Not so whom a link led, or who scrolled away. */
  foot: boolean;
  /** The page is in sight and holds all there is (absence.ts); otherwise what comes was missed. */
  inView: boolean;
  /** Where the box stands; 0 for whoever comes in. */
  top: number;
  /** Where it would stand at the foot. */
  end: number;
  /** Where it would stand at the "new" line; null while nothing was missed. */
  line: number | null;
}

/** How far down the window the "new" line stands, from 0 to 1: what one read last is still to be seen above it. */
export const LINE_AT = 0.25;

/**
 * Where the box is to stand, as its `scrollTop`. The foot is followed while the page is in sight; what was missed is followed as far
 * as the line above it, and never back up: nobody is drawn to where they have been.
 */
export function stand({ foot, inView, top, end, line }: Standing): number {
  if (!foot) return top;
  if (inView || line === null) return end;
  return Math.max(top, Math.min(line, end));
}
