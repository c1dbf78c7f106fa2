/// Kinds of events that a bot may be told of, in plain words. What is not in this list is named as the protocol names it.

import type { Key } from "../texts";

export const TOLD: { kind: string; label: Key }[] = [
  { kind: "message.posted", label: "bots.kind.posted" },
  { kind: "message.edited", label: "bots.kind.edited" },
  { kind: "message.deleted", label: "bots.kind.deleted" },
  { kind: "reaction.added", label: "bots.kind.reacted" },
  { kind: "reaction.removed", label: "bots.kind.unreacted" },
  { kind: "message.pinned", label: "bots.kind.pinned" },
  { kind: "member.joined", label: "bots.kind.joined" },
  { kind: "member.left", label: "bots.kind.left" },
  { kind: "interaction.made", label: "bots.kind.asked" },
];

/** Kinds that are chosen, those of the list first and in its order. */
export const inOrder = (chosen: ReadonlySet<string>): string[] => {
  const known = TOLD.map((one) => one.kind);
  return [...known.filter((one) => chosen.has(one)), ...[...chosen].filter((one) => !known.includes(one))];
};
