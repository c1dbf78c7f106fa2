import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../wire/frames";
import type { RoomEntry } from "../wire/views";
import { foldEntry, foldSummary, readTo, unreadOf, withPosition, type Sight } from "./unread";

const entry = (over: Partial<RoomEntry> = {}, me: Partial<RoomEntry["me"]> = {}): RoomEntry => ({
  room: {
    id: "r_1", kind: "conversation", name: "Poems", purpose: "", access: "open", posting: "everyone",
    history: "all", archived: false, member_count: 2, created_at: "", direct: [], keep_days: null, slow_mode: 0, options: { tools: [], coordinator: null, answer_first: false },
  },
  me: { role: "member", state: "member", read_no: 5, unread_from: null, visible_from_no: 1, invited_by: null, ...me },
  head_no: 5,
  last_at: "",
  mentions: 0,
  cursor: { stream: "r_1", epoch: "e", seq: 10 },
  ...over,
});
const post = (seq: number, no: number, author: string, mentions: string[] = [], thread?: string): StreamEvent => ({
  stream: "r_1", seq, no, kind: "message.posted", actor: author, at: "t", v: 1,
  data: { id: `m_${seq}`, author, body: "x", mentions, ...(thread ? { thread } : {}) },
});

describe("unread", () => {
  it("is the head minus what was read, never less than none", () => {
    expect(unreadOf(entry())).toEqual({ count: 0, mentions: 0, first: null });
    expect(unreadOf(entry({ head_no: 8, mentions: 1 }))).toEqual({ count: 3, mentions: 1, first: 6 });
    expect(unreadOf(entry({}, { read_no: 9 })).count).toBe(0);
  });
  it("counts from a mark further up, and not before what one may see", () => {
    expect(unreadOf(entry({}, { unread_from: 3 }))).toMatchObject({ count: 3, first: 3 });
    expect(unreadOf(entry({ head_no: 9 }, { read_no: 0, visible_from_no: 8 }))).toMatchObject({ count: 2, first: 8 });
  });
  it("is nothing for somebody only invited", () => {
    expect(unreadOf(entry({ head_no: 9 }, { state: "invited" })).count).toBe(0);
  });
  it("follows posts, mentions and one's own posts", () => {
    let now = entry();
    now = foldEntry(now, post(11, 6, "p_2"), "p_1");
    now = foldEntry(now, post(12, 7, "p_2", ["p_1"]), "p_1");
    now = foldEntry(now, post(13, 8, "p_2", ["room"]), "p_1");
    now = foldEntry(now, post(13, 8, "p_2", ["room"]), "p_1");
    now = foldEntry(now, post(14, 1, "p_2", [], "m_1"), "p_1");
    now = foldEntry(now, post(15, 9, "p_2", ["facilitators"]), "p_1");
    expect(unreadOf(now)).toEqual({ count: 4, mentions: 2, first: 6 });
    now = foldEntry(now, post(16, 10, "p_1"), "p_1");
    expect(unreadOf(now)).toEqual({ count: 0, mentions: 0, first: null });
  });
  it("takes summaries once, whatever was folded before", () => {
    let now = foldSummary(entry(), { stream: "r_1", seq: 12, no: 7, mentioned: 1 }, "t");
    now = foldSummary(now, { stream: "r_1", seq: 12, no: 7, mentioned: 1 }, "t");
    now = foldEntry(now, post(12, 7, "p_2", ["p_1"]), "p_1");
    expect(unreadOf(now)).toEqual({ count: 2, mentions: 1, first: 6 });
  });
  it("never moves back by a late answer", () => {
    const now = withPosition(entry({}, { read_no: 9 }), { read_no: 7, unread_from: null, mentions: 0 });
    expect(now.me.read_no).toBe(9);
  });
});

describe("what was seen", () => {
  const cases: [string, number | null, Sight, number | null][] = [
    ["the first unread and some more", 31, { from: 25, to: 38, foot: false }, 38],
    ["a screen that goes on where the last one ended", 31, { from: 31, to: 44, foot: false }, 44],
    ["only what was read before", 31, { from: 10, to: 30, foot: false }, null],
    ["a place further on, led there by a link", 31, { from: 60, to: 70, foot: false }, null],
    ["the foot, gone down to past the rest", 31, { from: 60, to: 70, foot: true }, 70],
    ["the foot of what is read", 71, { from: 60, to: 70, foot: true }, null],
    ["anything, where nothing is unread", null, { from: 60, to: 70, foot: true }, null],
  ];
  it.each(cases)("is %s", (_, first, sight, want) => {
    expect(readTo(first, sight)).toBe(want);
  });
});
