/// What the server shows: the TypeScript face of protocol/views.py.
/// Types only. Fields may grow; what is not listed here is ignored.

import type { Block, BotTrouble, Whisper } from "./bots";
import type { Lock, Sanction } from "./sanctions";
import type { Answers, Quiet, RoomOptions, Tool, Unit } from "./parts";

export type { Found, FoundMessage, Pair, PairListing, Quiet, RoomOptions, Tool, Unit } from "./parts";

export type Role = "owner" | "admin" | "member" | "guest" | "bot";
export type RoomRole = "facilitator" | "member" | "observer";
export type Access = "open" | "request" | "invite" | "direct";
export type Posting = "everyone" | "facilitators";
export type History = "all" | "joining";
export type MemberState = "member" | "invited" | "requested";
export type Status = "active" | "waiting" | "suspended" | "deleted" | "ended";
export type Here = "online" | "idle";

export interface Person {
  id: string;
  username: string;
  name: string;
  role: Role;
  pronouns: string;
  bio: string;
  time_zone: string;
  status: Status;
}

export interface Community {
  name: string;
  language: string;
  time_zone: string;
  minors: boolean;
  who_opens_rooms: "everyone" | "admins";
  direct_rooms: "everyone" | "with_facilitators" | "nobody";
  sign_up: "invitation" | "approval";
}

export interface Room {
  id: string;
  kind: string;
  name: string;
  purpose: string;
  access: Access;
  posting: Posting;
  history: History;
  archived: boolean;
  member_count: number;
  created_at: string;
  direct: string[];
  /** What is older, in days, is cleared; null: nothing is. */
  keep_days: number | null;
  /** Seconds between two posts of one person. */
  slow_mode: number;
  locked?: Lock | null;
  options: RoomOptions;
}

export interface Membership {
  role: RoomRole;
  state: MemberState;
  read_no: number;
  unread_from: number | null;
  visible_from_no: number;
  invited_by: string | null;
}

export interface Cursor {
  stream: string;
  epoch: string;
  seq: number;
}

export interface RoomEntry {
  room: Room;
  me: Membership;
  head_no: number;
  last_at: string;
  mentions: number;
  cursor: Cursor;
}

export interface Quote {
  message: string;
  room: string;
}

export interface Replies {
  count: number;
  last_no: number;
  last_at: string;
  people: string[];
  /** The `seq` of the last event that changed this. */
  rev: number;
}

export type DeletedBy = "author" | "facilitator" | "account" | "moved";

export interface Message {
  id: string;
  room: string;
  no: number;
  thread: string | null;
  author: string;
  body: string | null;
  at: string;
  rev: number;
  mentions: string[];
  quote: Quote | null;
  edited_at: string | null;
  deleted_by: DeletedBy | null;
  pinned: boolean;
  reactions: Record<string, string[]>;
  replies: Replies | null;
  client_id: string | null;
  /** Of a stub: the message that moved away, for who may read it there. */
  moved?: string | null;
  /** Of a message that moved here: when it was posted first. */
  first_at?: string | null;
  unit: Unit | null;
  /** Of a topic in a forum; and below, where it stands. */
  title?: string | null | undefined;
  solved?: boolean | undefined;
  answer?: string | null | undefined;
  answers?: Answers | null | undefined;
  blocks?: Block[] | null | undefined;
}

export interface Member {
  person: string;
  role: RoomRole;
  state: MemberState;
}

export interface ThreadState {
  following: boolean;
  read_no: number;
}

export interface Page {
  messages: Message[];
  people: Person[];
  quoted: Message[];
  more_before: boolean;
  more_after: boolean;
}

export interface RoomSnapshot {
  cursor: Cursor;
  room: Room;
  me: Membership | null;
  head_no: number;
  page: Page;
  members: Member[];
  people: Person[];
  pins: Message[];
  threads: Record<string, ThreadState>;
  online: Record<string, Here>;
  tools: Tool[];
  marks: Record<string, unknown>;
}

export interface ThreadSnapshot {
  cursor: Cursor;
  root: Message;
  page: Page;
  me: ThreadState;
  /** The reader has yet to answer: replies are kept back. */
  withheld?: boolean;
}

export interface JoinRequest {
  person: Person;
  at: string;
}

/** A post that waits for facilitators; with `message`, a new text for it. Why it waits is told to facilitators only. */
export interface HeldPost {
  id: string;
  room: string;
  author: string;
  body: string;
  at: string;
  thread: string | null;
  quote: Quote | null;
  message: string | null;
  client_id: string | null;
  title?: string | null;
  why: string;
  rule: string;
  matched: string;
  state: "waiting" | "declined";
  reason: string;
}

export interface DeclinedPost {
  held: HeldPost;
  by: string;
  reason: string;
  at: string;
}

export type Trigger =
  | { is: "words"; words: string[]; patterns: string[] }
  | { is: "links"; domains: string[]; others: boolean }
  | { is: "repeats"; times: number; seconds: number };
export type RuleAction = "hold" | "block" | "alert" | "timeout";
export type Exempt = "facilitator" | "member" | "bot" | "guest";

export interface Rule {
  id: string;
  name: string;
  when: Trigger;
  action: RuleAction;
  message: string;
  minutes: number;
  exempt: Exempt[];
  on: boolean;
  /** Who answers for it; the server says so. */
  by?: string;
}

export interface Holds {
  everyone: boolean;
  newcomers: number;
  guests: boolean;
  links: boolean;
}

export interface Moderation {
  holds: Holds;
  rules: Rule[];
}

export interface OpenAppeal {
  sanction: string;
  person: string;
}

export interface FacilitatorSnapshot {
  cursor: Cursor;
  requests: JoinRequest[];
  held: HeldPost[];
  declined: DeclinedPost[];
  moderation: Moderation;
  reports: Report[];
  people: Person[];
  appeals: OpenAppeal[];
}

export type Category = "unkind" | "unsafe" | "spam" | "private" | "other";
export type Outcome = "nothing" | "talked" | "removed" | "sanctioned";

export interface Report {
  id: string;
  about: "message" | "person" | "direct";
  room: string | null;
  message: string | null;
  person: string | null;
  state: "open" | "resolved";
  assigned_to: string | null;
  outcome: Outcome | null;
  answer: string;
  at: string;
  resolved_at: string | null;
  resolved_by: string | null;
  evidence: { message: string; author: string; body: string; at: string }[];
  by: { person: string | null; category: Category | "rule"; note: string; at: string }[];
}

export interface OwnReport {
  id: string;
  outcome: Outcome;
  answer: string;
}

export interface TriedMessage {
  message: string;
  room: string;
  thread: string | null;
  no: number;
  author: string;
  excerpt: string;
  matched: string;
}

export interface Trial {
  looked_at: number;
  met: number;
  examples: TriedMessage[];
  people: Person[];
}

export interface FollowedThread {
  room: string;
  thread: string;
  unread: number;
  title: string;
}

export interface Overview {
  me: Person;
  email: string | null;
  community: Community;
  rooms: RoomEntry[];
  people: Person[];
  cursors: Cursor[];
  followed: FollowedThread[];
  waiting: HeldPost[];
  answered: OwnReport[];
  may: string[];
  /** For owners and admins: what troubles the installation now. */
  notices?: string[];
  /** What the reader was given, in force or lately. */
  sanctions: Sanction[];
  coordinates: number;
  /** Of a guest who came by a pass: when their visit ends. */
  visit_until?: string | null;
  quiet: Quiet[];
  whispers: Whisper[];
  /** Bots that the reader answers for and that could not be told of something. */
  bots: BotTrouble[];
}

export interface RoomListing {
  rooms: Room[];
  next: string | null;
}

export interface MembersListing {
  members: Member[];
  people: Person[];
  next: string | null;
}

export interface PeopleListing {
  people: Person[];
  next: string | null;
}
