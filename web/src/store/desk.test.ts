import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../wire/frames";
import type { FacilitatorSnapshot } from "../wire/views";
import { foldDesk, openAppeals, waitingAt } from "./desk";

const desk: FacilitatorSnapshot = {
  cursor: { stream: "fr_1", epoch: "e", seq: 10 },
  requests: [], held: [], declined: [], reports: [], people: [], appeals: [],
  moderation: { holds: { everyone: false, newcomers: 0, guests: false, links: false }, rules: [] },
};
const event = { stream: "fr_1", actor: "p_kofi", at: "t", v: 1 } as const;
const asked: StreamEvent = { ...event, seq: 11, kind: "sanction.appealed", data: { id: "x_1", person: "p_kofi", text: "Please" } };
const answered: StreamEvent = { ...event, seq: 12, actor: "p_nora", kind: "sanction.answered", data: { id: "x_1", person: "p_kofi", verdict: "upheld" } };

describe("an appeal", () => {
  it("waits at the desk until it is answered", () => {
    const waits = foldDesk(desk, asked);
    expect(waitingAt(waits, "p_nora")).toBe(1);
    expect(foldDesk(waits, asked)).toBe(waits);
    expect(waitingAt(foldDesk(waits, answered), "p_nora")).toBe(0);
  });
  it("does not wait for whoever asked", () => {
    expect(openAppeals(foldDesk(desk, asked), "p_kofi")).toBe(0);
  });
});
