/// The screens of those who keep the community: people, invitations, class lists, settings.

import type { ComponentChildren } from "preact";

/** Places of admins, by their first segment. Undefined: not one of ours. */
export function adminScreen(_place: string[]): ComponentChildren | undefined {
  return undefined;
}
