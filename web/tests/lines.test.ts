import { describe, expect, it } from "vitest";
import type { Outgoing } from "../src/net/outbox";
import { lines, type Given } from "../src/room/lines";
import type { Message } from "../src/wire/views";

const DAY = 24 * 3600_000;
const at = (minutes: number): string => new Date(Date.UTC(2026, 0, 1, 12, minutes)).toISOString();

const message = (no: number, author: string, minutes: number, more: Partial<Message> = {}): Message => ({
  id: `m_${no}`, room: "r_1", no, thread: null, author, body: `${no}`, at: at(minutes), rev: no, mentions: [], quote: null,
  edited_at: null, deleted_by: null, pinned: false, reactions: {}, replies: null, client_id: null, unit: null, ...more,
});
const post = (client_id: string): Outgoing => ({
  client_id, room: "r_1", thread: null, quote: null, body: "waiting", at: Date.parse(at(30)),
});

function drawn(given: Partial<Given>): string[] {
  const all = lines({ messages: [], newFrom: null, posts: [], me: "p_1", dayOf: (one) => Math.floor(one / DAY), ...given });
  return all.map((one) => {
    if (one.kind === "message") return `${one.head ? "+" : ""}${one.message.no}`;
    return one.kind === "post" ? `${one.head ? "+" : ""}${one.post.client_id}` : one.kind;
  });
}

describe("the timeline's lines", () => {
  it("stand together while one person goes on", () => {
    const messages = [message(1, "p_2", 0), message(2, "p_2", 3), message(3, "p_2", 20), message(4, "p_1", 21)];
    expect(drawn({ messages })).toEqual(["day", "+1", "2", "+3", "+4"]);
  });
  it("begin anew with a day, a quotation, and what is new", () => {
    const messages = [
      message(1, "p_2", 0), message(2, "p_2", 1, { quote: { message: "m_1", room: "r_1" } }), message(3, "p_2", 2),
      message(4, "p_2", 24 * 60),
    ];
    expect(drawn({ messages, newFrom: 3 })).toEqual(["day", "+1", "+2", "new", "+3", "day", "+4"]);
  });
  it("do not call one's own next message new", () => {
    expect(drawn({ messages: [message(1, "p_2", 0), message(2, "p_1", 1)], newFrom: 2 })).toEqual(["day", "+1", "+2"]);
    expect(drawn({ messages: [message(7, "p_2", 0)], newFrom: 3 })).toEqual(["day", "new", "+7"]);
    expect(drawn({ messages: [message(7, "p_2", 0)], newFrom: 3, moreBefore: true })).toEqual(["day", "+7"]);
  });
  it("end with what waits, once", () => {
    const messages = [message(1, "p_1", 0, { client_id: "a" })];
    expect(drawn({ messages, posts: [post("a"), post("b")] })).toEqual(["day", "+1", "b"]);
  });
});
