/// What binds somebody or a room, and the log: protocol/sanctions.py and protocol/listings.py. Types only.

import type { Person } from "./views";

/** Only facilitators write; over once `until` is past. */
export interface Lock {
  reason: string;
  until: string | null;
}

export type SanctionKind = "warn" | "mute" | "remove" | "ban" | "suspend";
export type Verdict = "upheld" | "lifted";

export interface Appeal {
  text: string | null;
  at: string;
  verdict: Verdict | null;
  answer: string;
  answered_by: string | null;
}

export interface Sanction {
  id: string;
  kind: SanctionKind;
  person: string;
  room: string | null;
  room_name: string;
  reason: string;
  by: string;
  at: string;
  /** It lifts by itself when this is past; null: for ever, or over at once. */
  until: string | null;
  lifted_at: string | null;
  appeal: Appeal | null;
}

export interface Sanctions {
  sanctions: Sanction[];
  people: Person[];
  now: string;
}

export interface LogEntry {
  id: string;
  at: string;
  by: string;
  act: string;
  about: string;
  room: string | null;
  note: string;
}

export interface LogPage {
  entries: LogEntry[];
  people: Person[];
  rooms: { id: string; name: string }[];
  next: string | null;
}
