/// What set-up asks, step by step, and what is wrong with the answers. Pure but for the browser's zone and language.

import { t } from "../texts";
import type { SetUp } from "../wire/accounts";
import { COMMUNITY_NAME, PURPOSE, ROOM_NAME } from "./limits";
import { NOBODY, newcomerProblems } from "./newcomer";
import { checked, type Problems } from "./problems";
import { ownLanguage, ownZone } from "./zones";

export const STEPS = ["community", "people", "you", "room"] as const;
export type Step = (typeof STEPS)[number];

export interface Given {
  community: string;
  language: string;
  time_zone: string;
  /** Unanswered at first: this one nobody should skip over. */
  minors: "" | "yes" | "no";
  who_opens_rooms: "everyone" | "admins";
  name: string;
  username: string;
  password: string;
  room: string;
  purpose: string;
}

export const EMPTY: Given = {
  community: "",
  language: ownLanguage(),
  time_zone: ownZone(),
  minors: "",
  who_opens_rooms: "everyone",
  name: "",
  username: "",
  password: "",
  room: t("setup.room.first"),
  purpose: "",
};

/** The server's names of the fields of each step, to bring a refusal home. */
export const FIELDS: Record<Step, readonly string[]> = {
  community: ["language", "time_zone"],
  people: [],
  you: ["username", "password"],
  room: ["purpose"],
};

export function problemsOf(step: Step, given: Given): Problems {
  if (step === "community") return checked({ ...given }, { community: { min: 1, max: COMMUNITY_NAME } });
  if (step === "people") return given.minors === "" ? { minors: t("setup.minors.choose") } : {};
  if (step === "you") return newcomerProblems({ ...NOBODY, ...given });
  return checked({ ...given }, { room: { min: 1, max: ROOM_NAME }, purpose: { max: PURPOSE } });
}

export function bodyOf(token: string, given: Given): SetUp {
  const { language, time_zone, who_opens_rooms, password } = given;
  return {
    token,
    community: { name: given.community.trim(), language, time_zone, who_opens_rooms, minors: given.minors === "yes" },
    owner: { username: given.username.trim(), name: given.name.trim(), password },
    room: { name: given.room.trim(), purpose: given.purpose.trim() },
  };
}
