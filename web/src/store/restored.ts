/// Whether the community was restored from a backup lately, and whether this person knows.

import { keep, kept } from "../net/keep";
import { myId, restored } from "./state";

const KEY = "restored";

/** What the server says on every connection; null: it was not. */
export function hearOfRestoring(person: string, from: string | null): void {
  restored.value = from !== null && kept<string>(person, KEY) !== from ? from : null;
}

export function knowOfRestoring(): void {
  if (restored.value !== null) keep(myId(), KEY, restored.value);
  restored.value = null;
}
