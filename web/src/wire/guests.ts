/// Guest passes: the TypeScript face of protocol/listings.py and protocol/accounts.py. Types only.

import type { Person } from "./views";

export interface GuestPass {
  id: string;
  code: string;
  uses: number;
  max_uses: number;
  /** Seconds that a visit lasts. */
  lasts: number;
  expires_at: string;
  revoked: boolean;
  by: string;
  at: string;
}

export interface Visit {
  person: string;
  invitation: string;
  came_at: string;
  until: string;
}

export interface PassListing {
  passes: GuestPass[];
  visits: Visit[];
  people: Person[];
  now: string;
}

export interface VisitBegun {
  person: Person;
  room: string;
  until: string;
}
