import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../wire/frames";
import type { Message, Page } from "../wire/views";
import { replay } from "./fold";
import { joinAfter, joinBefore, keep } from "./window";

const message = (no: number, rev = no): Message => ({
  id: `m_${no}`, room: "r_1", no, thread: null, author: "p_1", body: `${no}`, at: "", rev, mentions: [], quote: null,
  edited_at: null, deleted_by: null, pinned: false, reactions: {}, replies: null, client_id: null, unit: null,
});
const page = (from: number, to: number, more_before = true, more_after = true): Page => ({
  messages: Array.from({ length: to - from + 1 }, (_, i) => message(from + i)),
  people: [], quoted: [], more_before, more_after,
});
const numbers = (one: Page) => one.messages.map((m) => m.no);

describe("the window", () => {
  it("joins without doubles and lets the far end go", () => {
    const joined = joinBefore(page(5, 8, true, false), page(2, 5), 6);
    expect(numbers(joined)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(joined).toMatchObject({ more_before: true, more_after: true });
    const back = joinAfter(joined, page(8, 9, true, false), 6);
    expect(numbers(back)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(back).toMatchObject({ more_before: true, more_after: false });
  });
  it("drops the oldest when the head runs on", () => {
    const kept = keep(page(1, 5, false, false), 4, 3);
    expect(numbers(kept)).toEqual([3, 4, 5]);
    expect(kept).toMatchObject({ more_before: true, more_after: false });
  });
  it("lets the head go rather than what is still to be read", () => {
    const kept = keep(page(1, 12, false, false), 5, 4);
    expect(numbers(kept)).toEqual([4, 5, 6, 7]);
    expect(kept).toMatchObject({ more_before: true, more_after: true });
    expect(numbers(keep(page(1, 12, false, false), 1, 4))).toEqual([1, 2, 3, 4]);
    expect(numbers(keep(page(1, 5, false, false), 2, 4))).toEqual([2, 3, 4, 5]);
  });
  it("brings a page up to date that was overtaken by events", () => {
    const edit: StreamEvent = {
      stream: "r_1", seq: 90, kind: "message.edited", actor: "p_1", at: "t", v: 1, data: { id: "m_3", body: "new" },
    };
    expect(replay(page(2, 4), [edit], "r_1").messages[1]).toMatchObject({ body: "new", rev: 90 });
    const older = { ...edit, seq: 2 };
    expect(replay(page(2, 4), [older], "r_1").messages[1]).toMatchObject({ body: "3" });
  });
});
