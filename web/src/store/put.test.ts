import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../wire/frames";
import type { Message } from "../wire/views";
import { foldMessage } from "./message";
import { put } from "./put";

const message = (id: string, rev: number, body = "old"): Message => ({
  id, room: "r_1", no: 1, thread: null, author: "p_1", body, at: "", rev, mentions: [], quote: null,
  edited_at: null, deleted_by: null, pinned: false, reactions: {}, replies: null, client_id: null, unit: null,
});

describe("an edit that does not say what it says", () => {
  const edited: StreamEvent = {
    stream: "r_1", seq: 9, kind: "message.edited", actor: "p_1", at: "t", v: 1, data: { id: "m_1", body: null, ask: true },
  };
  it("leaves the message as it was until it has been asked for", () => {
    const before = message("m_1", 3);
    expect(foldMessage(before, edited)).toBe(before);
  });
  it("takes the place of what is older, and of nothing else", () => {
    const list = [message("m_1", 3), message("m_2", 3)];
    expect(put(list, message("m_1", 9, "new")).map((one) => one.body)).toEqual(["new", "old"]);
    expect(put(list, message("m_1", 2, "older"))).toBe(list);
    expect(put(list, message("m_3", 9))).toBe(list);
  });
});
