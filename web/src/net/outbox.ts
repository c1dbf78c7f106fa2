/// Posts on their way: kept before they are sent, sent in order per place, gone once acknowledged.
/// The server makes a client_id happen once, so that sending again (another tab, a reload, a lost
/// answer) is always safe; the lock between tabs only saves the doubled work.

import { signal } from "@preact/signals";
import { ApiError, MOMENTARY } from "./error";
import { newId } from "./ids";
import type { Unit } from "../wire/views";
import { keep, keysKept, kept, onKept, unkeep } from "./keep";

export interface Outgoing {
  client_id: string;
  room: string;
  thread: string | null;
  quote: string | null;
  body: string;
  /** The chapter it speaks of, in a book club. */
  unit?: Unit | null;
  /** Of a new topic in a forum. */
  title?: string;
  /** Milliseconds since 1970; posts of one place leave in this order. */
  at: number;
  refused?: { code: string; message: string; params: Record<string, unknown> };
  /** Acknowledged as event `seq`: shown until that event has been folded. Never kept. */
  seq?: number;
}

/** Gives the seq of its event, or null when nothing of it is left to be shown here. */
export type Send = (post: Outgoing) => Promise<number | null>;

/** Refusals that pass by themselves: the post goes on waiting. */
const PASSING = new Set([...MOMENTARY, "offline", "conflict", "internal", "sign_in_needed", "session_ended"]);
const KEY = "out.";
/** Milliseconds after which a post that still waits may be sent by another tab. */
const ORPHANED = 4_000;

export class Outbox {
  readonly posts = signal<Outgoing[]>([]);
  private readonly person: string;
  private readonly send: Send;
  private readonly after: (ms: number, run: () => void) => unknown;
  private readonly now: () => number;
  private readonly busy = new Set<string>();
  /** Written in this tab. */
  private readonly own = new Set<string>();
  private readonly stop: () => void;
  private readonly release: () => void;
  private leading = false;
  private open = false;

  constructor(person: string, send: Send, after: (ms: number, run: () => void) => unknown, now = Date.now) {
    this.person = person;
    this.now = now;
    this.send = send;
    this.after = after;
    this.load();
    this.stop = onKept(person, KEY, () => {
      this.load();
      this.after(ORPHANED, () => this.flush());
    });
    this.release = lead(`tertulia.out.${person}`, () => {
      this.leading = true;
      this.flush();
      this.after(ORPHANED, () => this.flush());
    });
  }

  close(): void {
    this.open = false;
    this.stop();
    this.release();
  }

  /** There is a line (or there is none any more). */
  online(open: boolean): void {
    this.open = open;
    if (open) this.flush();
  }

  add(post: Pick<Outgoing, "room" | "thread" | "quote" | "body" | "unit" | "title">): Outgoing {
    const whole: Outgoing = { ...post, client_id: newId(), at: Math.max(this.now(), (this.posts.value.at(-1)?.at ?? 0) + 1) };
    keep(this.person, KEY + whole.client_id, whole);
    this.own.add(whole.client_id);
    this.posts.value = [...this.posts.value, whole];
    this.flush();
    return whole;
  }

  /** Take it out: to edit it, or for good. */
  discard(client_id: string): void {
    unkeep(this.person, KEY + client_id);
    this.posts.value = this.posts.value.filter((one) => one.client_id !== client_id);
    this.flush();
  }

  again(client_id: string): void {
    this.own.add(client_id);
    this.change(client_id, (one) => {
      const { refused: _gone, ...rest } = one;
      return rest;
    });
    this.flush();
  }

  /** The event of an acknowledged post has been folded (or its room was fetched anew). */
  seen(room: string, upTo: number): void {
    const left = this.posts.value.filter((one) => !(one.room === room && one.seq !== undefined && one.seq <= upTo));
    if (left.length !== this.posts.value.length) this.posts.value = left;
  }

  private load(): void {
    const stored = keysKept(this.person, KEY)
      .map((key) => kept<Outgoing>(this.person, key))
      .filter((one) => one !== undefined);
    const sent = this.posts.value.filter((one) => one.seq !== undefined);
    const ids = new Set(sent.map((one) => one.client_id));
    this.posts.value = [...sent, ...stored.filter((one) => !ids.has(one.client_id))].toSorted((a, b) => a.at - b.at);
  }

  /** A tab sends its own at once; what a closed tab left behind, the leading tab sends a little later. */
  private flush(): void {
    if (!this.open) return;
    for (const post of this.posts.value) {
      const adopted = this.leading && this.now() - post.at >= ORPHANED;
      if (!adopted && !this.own.has(post.client_id)) continue;
      const place = post.thread ?? post.room;
      if (this.busy.has(place) || post.refused || post.seq !== undefined) continue;
      this.busy.add(place);
      void this.deliver(post, place);
    }
  }

  private async deliver(post: Outgoing, place: string): Promise<void> {
    let pause = 0;
    try {
      const seq = await this.send(post);
      unkeep(this.person, KEY + post.client_id);
      this.posts.value =
        seq === null
          ? this.posts.value.filter((one) => one.client_id !== post.client_id)
          : this.posts.value.map((one) => (one.client_id === post.client_id ? { ...one, seq } : one));
    } catch (error) {
      pause = this.failed(post, error);
    }
    const next = () => {
      this.busy.delete(place);
      this.flush();
    };
    if (pause > 0) this.after(pause, next);
    else next();
  }

  /** Milliseconds until the next attempt; 0 when there will be none by itself. */
  private failed(post: Outgoing, error: unknown): number {
    const { code, message, params, retryAfter } =
      error instanceof ApiError ? error : new ApiError("unexpected", String(error));
    if (PASSING.has(code)) return Math.max(1, retryAfter ?? 2) * 1000;
    this.change(post.client_id, (one) => ({ ...one, refused: { code, message, params } }));
    return 0;
  }

  private change(client_id: string, how: (post: Outgoing) => Outgoing): void {
    this.posts.value = this.posts.value.map((one) => {
      if (one.client_id !== client_id) return one;
      const next = how(one);
      keep(this.person, KEY + client_id, next);
      return next;
    });
  }
}

/** Run once this tab is the leading one; where there are no locks (plain http), every tab leads. */
function lead(name: string, run: () => void): () => void {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  if (!locks) {
    run();
    return () => undefined;
  }
  const stop = new AbortController();
  const ends: (() => void)[] = [];
  locks
    .request(name, { signal: stop.signal }, () => {
      run();
      return new Promise<void>((resolve) => ends.push(resolve));
    })
    .catch(() => undefined);
  return () => {
    stop.abort();
    for (const end of ends) end();
  };
}
