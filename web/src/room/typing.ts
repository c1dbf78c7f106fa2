/// Small things of writing that composer and edit box share: growing, names, telling others that one writes.

import { signalServer } from "../store/ask";
import type { RoomContext } from "./context";

const LINES = 0.45;

/** As tall as its text, up to a share of the window. */
export function grow(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, innerHeight * LINES)}px`;
}

/** Usernames (lower case) that stand for people when typed out by hand, and the two words. */
export function usernames(room: RoomContext): ReadonlyMap<string, string> {
  const names = new Map([...room.people.values()].map((one) => [one.username.toLowerCase(), one.id]));
  if (room.room.access === "direct") return names;
  return names.set("room", "room").set("facilitators", "facilitators");
}

/** Written with thumbs: Enter breaks the line, and a button sends. */
export const onTouch = (): boolean => matchMedia("(pointer: coarse)").matches;

const RENEW = 10_000;
const PAUSE = 6_000;

/** Says that one writes, again every ten seconds, and that one stopped. */
export class TypingTeller {
  private told = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly room: string;
  private readonly thread: string | null;

  constructor(room: string, thread: string | null) {
    this.room = room;
    this.thread = thread;
  }

  wrote(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stopped(), PAUSE);
    if (Date.now() - this.told < RENEW) return;
    this.told = Date.now();
    this.tell(true);
  }

  stopped(): void {
    clearTimeout(this.timer);
    if (this.told > 0) this.tell(false);
    this.told = 0;
  }

  /** Sent: the message itself says that one stopped. */
  sent(): void {
    clearTimeout(this.timer);
    this.told = 0;
  }

  private tell(typing: boolean): void {
    signalServer({ type: "typing", room: this.room, ...(this.thread ? { thread: this.thread } : {}), typing });
  }
}
