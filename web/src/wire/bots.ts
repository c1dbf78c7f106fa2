/// Bots: the TypeScript face of protocol/blocks.py and protocol/bots.py. Types only.

import type { Token } from "./accounts";
import type { Person } from "./views";

export interface BlockButton {
  id: string;
  label: string;
  value?: string;
  style?: "plain" | "primary" | "danger";
  url?: string;
}

interface InputBase {
  id: string;
  label: string;
  hint?: string;
  required?: boolean;
}

export interface TextInput extends InputBase {
  type: "text";
  placeholder?: string;
  initial?: string;
  long?: boolean;
  max?: number;
}

export interface SelectInput extends InputBase {
  type: "select";
  options: { value: string; label: string }[];
  initial?: string;
}

export interface FormBlock {
  type: "form";
  id: string;
  inputs: (TextInput | SelectInput)[];
  submit?: string;
}

/** Readers skip types that they do not know. */
export type Block =
  | { type: "header"; text: string }
  | { type: "section"; text: string; button?: BlockButton }
  | { type: "context"; text: string }
  | { type: "divider" }
  | { type: "buttons"; buttons: BlockButton[] }
  | FormBlock;

export interface Whisper {
  id: string;
  bot: string;
  room: string;
  body: string;
  blocks: Block[] | null;
  thread: string | null;
  dialog: boolean;
  at: string;
}

export interface Slash {
  name: string;
  hint: string;
  help: string;
}

/** A command as those who look after its bot see it. */
export interface OwnSlash extends Slash {
  /** The command's own address; empty: it has none. */
  url: string;
}

export interface RoomBot {
  person: Person;
  owner: Person | null;
  reads: boolean;
  writes: boolean;
  sends_out: boolean;
  commands: Slash[];
  /** One that the house brings along. */
  house: boolean;
}

export type BotScope = "read" | "write";

export interface Webhook {
  id: string;
  room: string;
  created_at: string;
  last_used_at: string | null;
  url: string;
}

export interface DeadLetter {
  stream: string;
  seq: number;
  kind: string;
  attempts: number;
  why: string;
  status: number | null;
  at: string;
  /** It is about to be sent once more. */
  again: boolean;
}

/** A bot that the reader answers for, and that could not be told of events at its address. */
export interface BotTrouble {
  bot: string;
  name: string;
  letters: number;
  /** Nothing is sent until somebody says so. */
  paused: boolean;
  why: string;
  since: string;
}

export interface OutgoingState {
  /** Empty where it is told nowhere: the letters are those of commands at their own addresses. */
  url: string;
  kinds: string[];
  shape: "tertulia" | "slack";
  state: "unverified" | "on" | "failing" | "paused";
  why: string;
  tried_at: string | null;
  dead_letters: DeadLetter[];
}

export interface Bot {
  person: Person;
  owner: Person | null;
  room: { id: string; name: string } | null;
  rooms: { id: string; name: string }[] | null;
  scopes: BotScope[];
  rate: number | null;
  created_at: string;
  tokens: Token[];
  webhooks: Webhook[];
  outgoing: OutgoingState | null;
  /** Those of all rooms first; `room` is null for them. */
  commands: { room: { id: string; name: string } | null; commands: OwnSlash[] }[];
  base_url: string;
}

/** What is given is changed. */
export interface BotChange {
  name?: string;
  scopes?: BotScope[];
  /** "any": wherever it is invited. */
  rooms?: string[] | "any";
  /** 0: as many as a person. */
  rate?: number;
  owner?: string;
}

/** A host inside the server's network that was allowed, and where its name led then. */
export interface InnerHost {
  id: string;
  host: string;
  addresses: string[];
  by: Person | null;
  at: string;
}

export interface InnerHostList {
  hosts: InnerHost[];
  /** Whether the operator lets the community decide this. */
  open: boolean;
}

export interface BotMade {
  person: Person;
  token: string;
  signing_secret: string;
  base_url: string;
}
