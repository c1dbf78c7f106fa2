/// What this browser keeps of a person between visits: drafts, waiting posts, recent emoji.
/// In localStorage, one key a thing, so that two tabs never overwrite each other's. Never fails:
/// a browser that keeps nothing (private, full) only forgets sooner.

const PREFIX = "tertulia";

const full = (person: string, key: string): string => `${PREFIX}.${person}.${key}`;

export function keep(person: string, key: string, value: unknown): boolean {
  try {
    localStorage.setItem(full(person, key), JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function kept<T>(person: string, key: string): T | undefined {
  try {
    const text = localStorage.getItem(full(person, key));
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function unkeep(person: string, key: string): void {
  try {
    localStorage.removeItem(full(person, key));
  } catch {
    // Nothing was kept then.
  }
}

/** The keys that begin with `start`, without the person's prefix. */
export function keysKept(person: string, start: string): string[] {
  const begin = full(person, start);
  const cut = full(person, "").length;
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(begin)).map((key) => key.slice(cut));
  } catch {
    return [];
  }
}

/** On signing out: the next one at this computer finds nothing. */
export function forgetPerson(person: string): void {
  for (const key of keysKept(person, "")) unkeep(person, key);
}

/** Another tab changed something of this person's whose key begins with `start`. Returns how to stop. */
export function onKept(person: string, start: string, run: (key: string) => void): () => void {
  const begin = full(person, start);
  const cut = full(person, "").length;
  const heard = (event: StorageEvent) => {
    if (event.key?.startsWith(begin)) run(event.key.slice(cut));
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
