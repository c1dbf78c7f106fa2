/// The store: what this client knows, as signals. Screens read; only src/store writes.
/// Reset as a whole when another person signs in.

import { signal } from "@preact/signals";
import type { Line } from "../net/socket";
import type { BotTrouble } from "../wire/bots";
import type { Community, FacilitatorSnapshot, FollowedThread, HeldPost, OwnReport, Person, Quiet, RoomEntry, RoomSnapshot, ThreadSnapshot } from "../wire/views";

export interface Home {
  me: Person;
  email: string | null;
  community: Community;
  may: readonly string[];
  /** How many mentorships one coordinates. */
  coordinates: number;
  /** Of a guest who came by a pass: when their visit ends. */
  visitUntil: string | null;
}

/** Something fetched: on its way, here, or refused. What was here before stays while it is fetched again. */
export type Fetched<T> = { state: "loading" } | { state: "failed"; error: unknown } | ({ state: "ready" } & T);

export interface OpenRoom {
  snapshot: RoomSnapshot;
  /** Where "new since" stands: the first number that was unread when the reader came. */
  newFrom: number | null;
  /** What waits for facilitators; undefined for those who are not. */
  desk?: FacilitatorSnapshot;
  /** How many people are here, of a room too large to list them. */
  onlineCount: number;
  /** Quoted messages that we asked for and may not read. */
  unreadable: ReadonlySet<string>;
}

export interface Typist {
  room: string;
  thread: string | null;
  person: string;
  name: string;
  /** Milliseconds since 1970. */
  until: number;
}

export const line = signal<Line>({ state: "connecting", since: 0 });
export const home = signal<Fetched<Home>>({ state: "loading" });
export const entries = signal<ReadonlyMap<string, RoomEntry>>(new Map());
export const people = signal<ReadonlyMap<string, Person>>(new Map());
export const openRooms = signal<ReadonlyMap<string, Fetched<OpenRoom>>>(new Map());
export const openThread = signal<({ room: string; root: string } & Fetched<{ snapshot: ThreadSnapshot }>) | null>(null);
export const followed = signal<readonly FollowedThread[]>([]);
/** What one would rather not hear, by what it is and its id; src/store/quiet.ts reads and writes it. */
export const quiets = signal<ReadonlyMap<string, Quiet>>(new Map());
export const typists = signal<readonly Typist[]>([]);
/** One's own posts that wait for facilitators, oldest first. */
export const waiting = signal<readonly HeldPost[]>([]);
/** What came of one's own reports, until one has seen it. */
export const answered = signal<readonly OwnReport[]>([]);
/** Moves when something happened in the stream of those who run the community. */
export const adminsMoved = signal(0);
/** For owners and admins: what troubles the installation now. */
export const notices = signal<readonly string[]>([]);
/** Bots that one answers for and that could not be told of something; moves besides when that changed. */
export const troubled = signal<readonly BotTrouble[]>([]);
export const botsMoved = signal(0);
/** Moves when the directory of rooms has changed. */
export const listed = signal(0);
/** The community was lately restored from a backup of this time (RFC 3339), and nobody said yet that they know. */
export const restored = signal<string | null>(null);
/** The room in front, whose every event we are sent. */
export const focus = signal<string | null>(null);

export function resetStore(): void {
  line.value = { state: "connecting", since: 0 };
  home.value = { state: "loading" };
  entries.value = new Map();
  people.value = new Map();
  openRooms.value = new Map();
  openThread.value = null;
  followed.value = [];
  typists.value = [];
  waiting.value = [];
  answered.value = [];
  notices.value = [];
  troubled.value = [];
  quiets.value = new Map();
  focus.value = null;
  restored.value = null;
}

/** The id of who is signed in; empty until the overview is here. */
export const myId = (): string => (home.value.state === "ready" ? home.value.me.id : "");

export function setEntry(id: string, entry: RoomEntry): void {
  if (entries.value.get(id) === entry) return;
  entries.value = new Map(entries.value).set(id, entry);
}

export function changeEntry(id: string, how: (entry: RoomEntry) => RoomEntry): void {
  const entry = entries.value.get(id);
  if (entry) setEntry(id, how(entry));
}

export function dropEntry(id: string): void {
  const next = new Map(entries.value);
  if (next.delete(id)) entries.value = next;
}

export function setRoom(id: string, room: Fetched<OpenRoom>): void {
  openRooms.value = new Map(openRooms.value).set(id, room);
}

/** The room as it is open here, or undefined. Reads without subscribing. */
export function peekRoom(id: string): OpenRoom | undefined {
  const room = openRooms.peek().get(id);
  return room?.state === "ready" ? room : undefined;
}

export function changeRoom(id: string, how: (room: OpenRoom) => OpenRoom): void {
  const room = openRooms.value.get(id);
  if (room?.state !== "ready") return;
  const next = how(room);
  if (next !== room) setRoom(id, { ...next, state: "ready" });
}

export const changeSnapshot = (id: string, how: (snapshot: RoomSnapshot) => RoomSnapshot): void =>
  changeRoom(id, (room) => {
    const snapshot = how(room.snapshot);
    return snapshot === room.snapshot ? room : { ...room, snapshot };
  });

export function dropRoom(id: string): void {
  const next = new Map(openRooms.value);
  if (next.delete(id)) openRooms.value = next;
}

export function changeThread(how: (snapshot: ThreadSnapshot) => ThreadSnapshot): void {
  const open = openThread.value;
  if (open?.state !== "ready") return;
  const snapshot = how(open.snapshot);
  if (snapshot !== open.snapshot) openThread.value = { ...open, snapshot };
}

/** Remember people; nobody is drawn again for what was known. */
export function learn(...lists: readonly (readonly Person[])[]): void {
  let next: Map<string, Person> | null = null;
  for (const person of lists.flat()) {
    if (same((next ?? people.value).get(person.id), person)) continue;
    next ??= new Map(people.value);
    next.set(person.id, person);
  }
  if (next) people.value = next;
}

const PARTS = ["username", "name", "role", "pronouns", "bio", "time_zone", "status"] as const;

const same = (a: Person | undefined, b: Person): boolean => a !== undefined && PARTS.every((part) => a[part] === b[part]);
