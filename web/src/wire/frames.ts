/// What comes over the WebSocket, and what may be asked: protocol/frames.py, events.py, commands.py.
/// Types only. Unknown frame types and event kinds are ignored by whoever switches on these.

import type { Answers } from "./parts";
import type { Block } from "./bots";
import type {
  Category, Outcome, Community, DeletedBy, Here, History, Holds, MemberState, Moderation, Person, Posting, Quote, Role, Room, RoomRole, Rule,
  Unit,
} from "./views";
import type { NotifyRequests } from "./notify";
import type { Planned, SetAnswer, Timing, Understood } from "./planned";
import type { Sanction, Verdict } from "./sanctions";

interface Kinds {
  "message.posted": {
    id: string;
    author: string;
    body: string | null;
    thread?: string;
    quote?: Quote;
    mentions?: string[];
    client_id?: string;
    late?: boolean;
    first_at?: string;
    unit?: Unit;
    title?: string;
    kept?: boolean;
    blocks?: Block[];
  };
  "thread.counted": { id: string; change: 1 | -1; last_no?: number };
  "topic.marked": { id: string; solved: boolean; answer?: string; answers?: Answers };
  "topic.trimmed": object;
  "thread.moved": { id: string; stub: string };
  "message.edited": { id: string; body: string | null; ask?: boolean; mentions?: string[]; unit?: Unit | null; title?: string; blocks?: Block[] };
  "message.deleted": { id: string; by: DeletedBy; thread?: string; reason?: string };
  "message.pinned": { id: string };
  "message.unpinned": { id: string };
  "reaction.added": { id: string; emoji: string; person: string };
  "reaction.removed": { id: string; emoji: string; person: string };
  "member.joined": { person: Person; role: RoomRole; head_no: number; since_no?: number };
  "member.left": { person: string; how: "left" | "removed" | "deleted" };
  "member.role": { person: string; role: RoomRole };
  "room.opened": { room: Room };
  "room.changed": { room: Room };
  "room.trimmed": { first_no: number; threads?: string[] };
  "tool.changed": { tool: string; instance?: string; change: { what: string }; body?: string | null };
  "join.requested": { person: Person };
  "join.ended": { person: string; how: "admitted" | "declined" | "withdrawn" };
  "desk.trimmed": object;
  "version.kept": { id: string; body: string | null };
  "post.held": {
    id: string; room: string; author: string; body: string | null; thread?: string; quote?: Quote; message?: string;
    client_id?: string; title?: string; why?: string; rule?: string; matched?: string;
  };
  "post.changed": { id: string; room: string; body: string | null; title?: string; why?: string; rule?: string; matched?: string };
  "post.settled": { id: string; room: string; how: "released" | "declined" | "withdrawn" | "expired"; message?: string; reason?: string };
  "report.changed": { id: string };
  "report.answered": { id: string; outcome: Outcome; answer?: string };
  "moderation.changed": { moderation: Moderation };
  "room.added": { room: Room; state: MemberState; role: RoomRole; invited_by?: string };
  "room.dropped": { room: string; how: "left" | "removed" | "declined" };
  "quiet.changed": { what: "person" | "block" | "room"; id: string; on: boolean; mentions?: boolean };
  "sanction.given": { sanction: Sanction };
  "sanction.lifted": { id: string; person: string; note?: string };
  "sanction.appealed": { id: string; person: string; text: string | null };
  "sanction.answered": { id: string; person: string; verdict: Verdict; note?: string };
  "act.done": { act: string; target?: string; note?: string };
  "pairs.changed": Record<string, never>;
  "bot.troubled": { bot: string };
  "pass.changed": { id: string };
  "notify.changed": Record<string, never>;
  "interaction.answered": { id: string };
  "whisper.shown": { id: string; bot: string; room: string; body: string | null; blocks?: Block[]; thread?: string; dialog?: boolean };
  "whisper.gone": { id: string };
  "suspension.changed": { id: string };
  "room.unled": { room: string; name: string; person: string; how: string };
  "room.led": { room: string };
  "admin.left": { person: string };
  "session.ended": { session: string | null; how: string };
  "community.changed": { community: Community };
  "person.joined": { person: Person };
  "person.changed": { person: Person };
  "room.listed": { room: Room };
  "room.unlisted": { room: string };
  "planned.set": { id: string };
  "planned.moved": { id: string };
  "planned.refused": { id: string };
  "planned.ended": { id: string };
}

interface EventHead {
  stream: string;
  seq: number;
  actor: string;
  at: string;
  v: number;
  no?: number;
}

export type StreamEvent = { [K in keyof Kinds]: EventHead & { kind: K; data: Kinds[K] } }[keyof Kinds];

export interface StreamState {
  stream: string;
  state: "current" | "reset" | "refused";
  epoch?: string;
  seq?: number;
  why?: string;
}

export interface StreamSummary {
  stream: string;
  seq: number;
  no: number;
  mentioned?: number;
}

export interface WelcomeFrame {
  type: "welcome";
  connection: string;
  person: string;
  timings: Record<string, number>;
  limits: Record<string, number>;
  /** Lately restored from a backup of this time. */
  restored_from?: string | null;
}
export interface OkFrame {
  type: "ok";
  ref: string;
  stream?: string;
  seq?: number;
  duplicate?: boolean;
  result?: unknown;
}
export interface ErrorFrame {
  type: "error";
  ref?: string;
  code: string;
  message: string;
  params?: Record<string, unknown>;
  retry_after?: number;
}
export interface TypingFrame {
  type: "typing";
  stream: string;
  person: string;
  name: string;
  typing: boolean;
  thread?: string;
}
export interface PresenceFrame {
  type: "presence";
  stream: string;
  online: number;
  people: Record<string, Here | "offline">;
}
export interface ReadFrame {
  type: "read";
  room: string;
  read_no: number;
  unread_from: number | null;
  mentions: number;
}
export interface ThreadReadFrame {
  type: "thread_read";
  thread: string;
  following: boolean;
  read_no: number;
}

export interface ToolMarkFrame {
  type: "tool_mark";
  room: string;
  tool: string;
  mark: unknown;
}

export type ServerFrame =
  | WelcomeFrame
  | OkFrame
  | ErrorFrame
  | ({ type: "event" } & StreamEvent)
  | { type: "summary"; streams: StreamSummary[] }
  | TypingFrame
  | PresenceFrame
  | ReadFrame
  | ThreadReadFrame
  | ToolMarkFrame
  | { type: "unsubscribed"; stream: string; why: string }
  | { type: "notices"; active: string[] }
  | { type: "lagging" };

export interface CursorIn {
  stream: string;
  epoch?: string;
  after_seq?: number;
  mode: "full" | "summary";
}

export interface RoomSettings {
  name: string;
  purpose?: string;
  access?: "open" | "request" | "invite";
  posting?: Posting;
  history?: History;
  /** Days; 0 for ever. */
  keep_days?: number;
  /** Seconds; 0 for off. */
  slow_mode?: number;
  tools?: string[];
  /** A person's id; empty for nobody. */
  coordinator?: string;
  /** In a forum: answers are seen after one's own first. */
  answer_first?: boolean;
  /** Notifications leave out what was said. */
  hide_text?: boolean;
}

/** Requests over the socket: type -> [fields, result]. */
export interface Requests extends NotifyRequests {
  "message.post": [{ room: string; body: string; thread?: string; quote?: string; unit?: Unit; title?: string }, { message?: string; no?: number; held?: string }];
  "message.edit": [{ message: string; body: string; rev?: number; unit?: Unit | null; title?: string }, { held?: string }];
  "message.delete": [{ message: string; reason?: string }, object];
  "message.pin": [{ message: string }, object];
  "message.unpin": [{ message: string }, object];
  "reaction.add": [{ message: string; emoji: string }, object];
  "reaction.remove": [{ message: string; emoji: string }, object];
  "read.mark": [{ room: string; no: number }, ReadResult];
  "read.unread": [{ room: string; no: number }, ReadResult];
  "thread.follow": [{ thread: string; following?: boolean }, ThreadReadResult];
  "thread.read": [{ thread: string; no: number }, ThreadReadResult];
  "tool.use": [{ room: string; tool: string; action: { do: string } & Record<string, unknown> }, object];
  "tool.mark": [{ room: string; tool: string; mark: Record<string, unknown> }, { mark: unknown }];
  "room.open": [RoomSettings & { kind?: string }, { room: string }];
  "room.direct": [{ people: string[] }, { room: string; created: boolean }];
  "room.change": [Partial<RoomSettings> & { room: string }, object];
  "room.archive": [{ room: string }, object];
  "room.restore": [{ room: string }, object];
  "room.join": [{ room: string }, { state: "member" | "requested" }];
  "room.leave": [{ room: string }, object];
  "room.invite": [{ room: string; people: string[]; role?: RoomRole }, { invited: string[]; already: string[] }];
  "room.admit": [{ room: string; person: string }, object];
  "room.decline": [{ room: string; person: string }, object];
  "room.remove": [{ room: string; person: string; reason?: string }, object];
  "room.role": [{ room: string; person: string; role: RoomRole }, object];
  "held.release": [{ held: string }, { message: string; no?: number }];
  "held.decline": [{ held: string; reason?: string }, object];
  "held.withdraw": [{ held: string }, object];
  "topic.mark": [{ topic: string; solved?: boolean; answer?: string }, object];
  "topic.show": [{ topic: string }, object];
  "topics.list": [{ room: string; open?: boolean; after?: string; limit?: number }, import("./parts").TopicsPage];
  "held.edit": [{ held: string; body: string; title?: string }, { held: string }];
  "thread.move": [{ thread: string; room: string }, { message: string }];
  "report.make": [{ category: Category; note?: string; message?: string; person?: string; room?: string }, { report: string; joined: boolean }];
  "report.assign": [{ report: string; who: "me" | "nobody" }, object];
  "report.resolve": [{ report: string; outcome: Outcome; answer?: string }, object];
  "report.seen": [{ report: string }, object];
  "message.interact": [{ message: string; action: string; values?: Record<string, string> }, { interaction: string }];
  "slash.run": [{ room: string; name: string; text?: string; bot?: string; thread?: string }, { interaction: string }];
  "whisper.dismiss": [{ whisper: string }, object];
  "room.bots": [{ room: string }, { bots: import("./bots").RoomBot[] }];
  "admins.desk": [object, import("./admins").AdminSnapshot];
  "moderation.change": [{ room: string; holds?: Holds; rules?: Rule[] }, { moderation: Moderation }];
  "community.rules": [{ rules: Rule[] }, { moderation: Moderation }];
  "moderation.try": [{ rule: Rule; room?: string }, import("./views").Trial];
  "person.mute": [{ person: string; muted?: boolean }, object];
  "person.block": [{ person: string; blocked?: boolean }, object];
  "room.mute": [{ room: string; muted?: boolean; mentions?: boolean }, object];
  "room.lock": [{ room: string; reason?: string; seconds?: number }, object];
  "room.unlock": [{ room: string }, object];
  "sanction.warn": [{ room: string; person: string; reason: string }, { sanction: string }];
  "sanction.mute": [{ room: string; person: string; seconds: number; reason?: string }, { sanction: string; until: string }];
  "sanction.ban": [{ room: string; person: string; seconds?: number; reason?: string }, { sanction: string; until: string | null }];
  "sanction.lift": [{ sanction: string; note?: string }, object];
  "sanction.appeal": [{ sanction: string; text: string }, object];
  "sanction.answer": [{ sanction: string; verdict: Verdict; note?: string }, object];
  "person.suspend": [{ person: string; seconds?: number; reason?: string }, { sanction: string; until: string | null }];
  "room.sanctions": [{ room?: string }, import("./sanctions").Sanctions];
  "log.page": [
    { room?: string; by?: string; about?: string; act?: string; since?: string; before?: string; after?: string; limit?: number },
    import("./sanctions").LogPage,
  ];
  "community.change": [Partial<Community>, object];
  "person.change": [{ name?: string; pronouns?: string; bio?: string; time_zone?: string }, object];
  "person.role": [{ person: string; role: Role }, object];
  "person.approve": [{ person: string }, object];
  overview: [object, import("./views").Overview];
  "room.snapshot": [{ room: string; limit?: number; around?: number }, import("./views").RoomSnapshot];
  "history.page": [
    { room: string; thread?: string; before?: number; after?: number; around?: number; limit?: number },
    import("./views").Page,
  ];
  "thread.snapshot": [{ thread: string; limit?: number }, import("./views").ThreadSnapshot];
  "message.get": [{ message: string }, import("./views").Page];
  "room.desk": [{ room: string }, import("./views").FacilitatorSnapshot];
  "directory.rooms": [
    { q?: string; after?: string; limit?: number; archived?: boolean },
    import("./views").RoomListing,
  ];
  "directory.people": [
    { q?: string; after?: string; limit?: number; outside?: string },
    import("./views").PeopleListing,
  ];
  "room.members": [{ room: string; q?: string; after?: string; limit?: number }, import("./views").MembersListing];
  "find.messages": [{ q: string; after?: string; limit?: number }, import("./views").Found];
  "room.appoint": [{ room: string; person: string }, object];
  "room.close": [{ room: string }, object];
  "pass.make": [{ room: string; uses: number; lasts: number; expires_in: number }, { invitation: string; code: string }];
  "pass.revoke": [{ invitation: string; stay: boolean }, object];
  "pass.end": [{ room: string; person: string }, object];
  "pass.list": [{ room: string }, import("./guests").PassListing];
  "pairs.list": [object, import("./views").PairListing];
  "reminder.set": [Timing & { body?: string; whom?: "room" | "me"; room?: string; thread?: string; message?: string }, SetAnswer];
  "post.schedule": [Timing & { room: string; body: string; thread?: string; quote?: string; unit?: import("./parts").Unit }, SetAnswer];
  "planned.change": [Timing & { planned: string; body?: string; paused?: boolean; skip_next?: boolean }, object];
  "planned.drop": [{ planned: string }, object];
  "planned.seen": [{ planned: string }, object];
  "planned.list": [{ room?: string }, { planned: Planned[] }];
  "planned.read": [{ words: string; zone?: string }, Understood];
  subscribe: [{ cursors: CursorIn[] }, { streams: StreamState[] }];
  unsubscribe: [{ streams: string[] }, object];
}

export interface ReadResult {
  read_no: number;
  unread_from: number | null;
  mentions: number;
}
export interface ThreadReadResult {
  following: boolean;
  read_no: number;
}
