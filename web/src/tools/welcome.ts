/// The welcome: what newcomers are told, and its fold, as in rooms/tools/welcome.py. Pure.

import type { Happened } from "./fold";

export interface Welcome {
  body: string | null;
  by: string;
  body_seq: number;
}

export const NO_WELCOME: Welcome = { body: null, by: "", body_seq: 0 };

export function foldWelcome(state: Welcome, change: { what: string }, { seq, actor, body }: Happened): Welcome {
  return change.what === "told" ? { body, by: actor, body_seq: body === null ? 0 : seq } : state;
}

export const welcome = { none: NO_WELCOME, fold: foldWelcome };
