/// The kinds of rooms as people choose and see them: name, a sentence, and which settings the kind decides.
/// Mirrors rooms/kinds/; the server alone decides.

import { knows, t, type Key } from "../texts";
import type { RoomSettings } from "../wire/frames";

export interface Kind {
  name: string;
  /** So in every room of this kind. */
  fixed: Partial<Pick<RoomSettings, "access" | "posting" | "history">>;
  /** What a new room begins with, besides. */
  suggests?: Partial<Pick<RoomSettings, "access">>;
  tools: string[];
  coordinator?: boolean;
  /** Whether guests can be let in. */
  guests: boolean;
  /** Every post is a topic with a title. */
  topics?: boolean;
}

const plain = (name: string, more: Partial<Kind> = {}): Kind => ({ name, fixed: {}, tools: [], guests: true, ...more });

export const KINDS: readonly Kind[] = [
  plain("conversation"),
  plain("announcements", { fixed: { posting: "facilitators" } }),
  plain("book_club", { tools: ["book"] }),
  plain("project_team", { tools: ["tasks"] }),
  plain("teacher_circle", { fixed: { access: "invite", history: "joining" }, guests: false }),
  plain("mentorship", { fixed: { access: "invite", history: "all", posting: "everyone" }, coordinator: true, guests: false }),
  plain("workshop", { suggests: { access: "request" }, tools: ["hands", "round"] }),
  plain("forum", { topics: true }),
];

const CONVERSATION = plain("conversation");

export const kindOf = (name: string): Kind => KINDS.find((one) => one.name === name) ?? CONVERSATION;

/** A kind's name as people read it; one we do not know is shown as it is. */
export function kindName(name: string): string {
  const key = `kind.${name}`;
  return knows(key) ? t(key) : name;
}

export const kindAbout = (name: string): string => t(`kind.${name}.about` as Key);
