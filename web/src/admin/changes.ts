/// What differs between two cards. Pure.

import type { Community } from "../wire/views";

/** Only what differs is sent, so that nobody's other change is undone. */
export function changes(before: Community, after: Community): Partial<Community> {
  const keys = Object.keys(after) as (keyof Community)[];
  return Object.fromEntries(keys.filter((key) => before[key] !== after[key]).map((key) => [key, after[key]]));
}
