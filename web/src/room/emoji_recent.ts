/// The emoji one press away, and those this person used last, kept on this device. The picker itself is fetched.

import { keep, kept } from "../net/keep";
import { myId } from "../store/state";

/** One press away, on messages. */
export const QUICK = ["👍", "❤️", "😂", "🎉", "🤔", "👀"];
const RECENT = 24;

export const recentEmoji = (): string[] => kept<string[]>(myId(), "emoji") ?? [];

export function remember(emoji: string): void {
  keep(myId(), "emoji", [emoji, ...recentEmoji().filter((one) => one !== emoji)].slice(0, RECENT));
}
