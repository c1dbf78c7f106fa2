/// Accounts over HTTP: the TypeScript face of protocol/accounts.py.
/// Types only. Times are RFC 3339 in UTC; `qr` is SVG text.

import type { Person } from "./views";

export interface Invitation {
  id: string;
  url: string;
  qr: string;
  code: string;
  role: "member" | "guest";
  room: { id: string; name: string } | null;
  uses: number;
  max_uses: number;
  expires_at: string;
  revoked: boolean;
  created_by: string;
}

/** What somebody sees who holds an invitation. */
export interface InvitationFace {
  community: string;
  invited_by: string;
  role: "member" | "guest";
  guest: boolean;
  room?: { name: string; purpose: string };
  /** Of a guest pass: seconds that a visit lasts; a name is enough. */
  visit?: number;
}

export interface SetUp {
  token: string;
  community: {
    name: string;
    language: string;
    time_zone: string;
    minors: boolean;
    who_opens_rooms: "everyone" | "admins";
  };
  owner: { username: string; name: string; password: string };
  room: { name: string; purpose: string };
}

export interface SetUpDone {
  person: Person;
  room: string;
  invitation: Invitation;
}

export interface SignUp {
  invitation?: string;
  username: string;
  name: string;
  password: string;
  email?: string;
  time_zone: string;
}

export interface SignedUp {
  person: Person;
  waiting: boolean;
  room?: string;
}

/** What somebody sees who holds a link that works once. */
export interface LinkFace {
  kind: "slip" | "reset" | "sign_in" | "set_up";
  person?: { username: string; name: string };
}

export interface SessionLine {
  id: string;
  device: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

export type Scope = "read" | "write" | "admin";

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  created_at: string;
  last_used_at: string | null;
}

/** A line of a class list as it was understood; `problem` is an error code. */
export interface ClassRow {
  line: number;
  name: string;
  username: string;
  problem?: string;
}

export interface Slip {
  name: string;
  username: string;
  url: string;
  qr: string;
  expires_at: string;
}

export interface ClassMade {
  rows: ClassRow[];
  slips?: Slip[];
}

/** A link to hand over; it works once. */
export interface LinkMade {
  url: string;
  qr: string;
  expires_at: string;
}
