/// Whether somebody is before the page, and whether the page holds all there is. Between the two lies what was missed.
/// Knows no rooms: what an absence does to them is store/reading.ts and room/standing.ts.

import { batch, computed, signal } from "@preact/signals";

const looking = (): boolean => document.visibilityState === "visible" && document.hasFocus();

/** The page is to be seen and takes the keys: what stands on it counts as seen. */
export const front = signal(false);
/** The line is broken, or what came meanwhile is not all here. */
const cut = signal(true);
/** Questions under way that bring what was missed. */
const catching = signal(0);

/** The page can be seen, whatever takes the keys: on a second screen, or on a wall for a class. */
const inSight = signal(false);

const current = computed(() => !cut.value && catching.value === 0);
/** In front of the page, and up to date: what comes now is seen coming. */
export const here = computed(() => front.value && current.value);
/** In sight of whoever is there: the talk goes on by itself, though nothing counts as read. */
export const inView = computed(() => inSight.value && current.value);

let cuts = 0;
let since = Date.now();

/** The line broke. */
export function cutOff(): void {
  cuts++;
  if (!cut.peek()) since = Date.now();
  cut.value = true;
}

/** Milliseconds since the line broke. */
export const cutFor = (): number => Date.now() - since;

/** The line is back; what it gives is to be called when all that was missed is here. */
export function mended(): () => void {
  const at = cuts;
  return () => {
    if (at === cuts) cut.value = false;
  };
}

/** What comes until this is done was missed, not seen coming. */
export async function catchUp<T>(work: () => Promise<T>): Promise<T> {
  catching.value++;
  try {
    return await work();
  } finally {
    catching.value--;
  }
}

/** Follow the window's comings and goings; `back` says what is to be waited for once it can be seen again. Gives how to stop. */
export function watchFront(back: () => Promise<void>): () => void {
  const now = (looks: boolean) =>
    batch(() => {
      // Frames may wait that came while the page slept.
      if (document.visibilityState === "visible" && !front.peek()) void catchUp(back);
      front.value = looks;
      inSight.value = document.visibilityState === "visible";
    });
  const look = () => now(looking());
  // Some shells around a page never say that it has the focus.
  const touch = () => {
    if (!front.peek()) now(document.visibilityState === "visible");
  };
  const heard = [["focus", look], ["blur", look], ["pointerdown", touch], ["keydown", touch]] as const;
  look();
  for (const [name, run] of heard) addEventListener(name, run, { passive: true });
  document.addEventListener("visibilitychange", look);
  return () => {
    for (const [name, run] of heard) removeEventListener(name, run);
    document.removeEventListener("visibilitychange", look);
  };
}
