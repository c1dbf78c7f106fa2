import { describe, expect, it } from "vitest";
import { withTaken } from "../src/room/drafts";

const NONE = { text: "", picks: [], quote: null };
const label = (): string => "Ana";

describe("a post taken back", () => {
  it("goes on speaking of its chapter", () => {
    const back = { thread: null, body: "He did it", quote: "m_1", unit: { book: 1, no: 3 } };
    expect(withTaken(NONE, back, label)).toEqual({ text: "He did it", picks: [], quote: "m_1", unit: { book: 1, no: 3 } });
  });

  it("stands below what one has begun, and leaves its chapter alone where it knows of none", () => {
    const begun = { ...NONE, text: "Wait", unit: { book: 1, no: 2 } };
    const back = { thread: null, body: "and see", quote: null };
    expect(withTaken(begun, back, label)).toEqual({ ...begun, text: "Wait\nand see" });
  });
});
