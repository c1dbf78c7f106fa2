/// What this person looked for lately, in this browser; gone with signing out.

import { signal } from "@preact/signals";
import { keep, kept } from "../net/keep";
import { filtersOf, remembered } from "./query";

const KEY = "find";
const FINDS = 5;
const FILTERS = 6;

interface Recent {
  finds: string[];
  filters: string[];
}

const held = signal<{ person: string; recent: Recent } | null>(null);

/** Of whoever is signed in. */
export function recent(person: string): Recent {
  if (held.value?.person === person) return held.value.recent;
  return kept<Recent>(person, KEY) ?? { finds: [], filters: [] };
}

export function noteFind(person: string, q: string): void {
  const before = recent(person);
  const next = {
    finds: remembered(before.finds, [q.trim()], FINDS),
    filters: remembered(before.filters, filtersOf(q), FILTERS),
  };
  keep(person, KEY, next);
  held.value = { person, recent: next };
}
