/// Whether an invitation still works, and why not. Pure.

import type { Invitation } from "../wire/accounts";

/** Why an invitation lets nobody in any more; undefined while it does. `now` in milliseconds since 1970. */
export function endedBy(one: Invitation, now: number): "revoked" | "expired" | "used" | undefined {
  if (one.revoked) return "revoked";
  if (Date.parse(one.expires_at) <= now) return "expired";
  return one.uses >= one.max_uses ? "used" : undefined;
}
