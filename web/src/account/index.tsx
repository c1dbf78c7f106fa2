/// The screens of an account: set-up, sign-in, sign-up, links, settings. `accountScreen` names their places.

import type { ComponentChildren } from "preact";

/** Places that need no sign-in. Undefined: not one of ours. */
export function publicScreen(_place: string[]): ComponentChildren | undefined {
  return undefined;
}

/** Places of somebody signed in. Undefined: not one of ours. */
export function accountScreen(_place: string[]): ComponentChildren | undefined {
  return undefined;
}

/** What somebody sees who is not signed in, wherever they wanted to go: sign-in, or set-up while `set_up` is false. */
export function entrance(): ComponentChildren {
  return undefined;
}
