import { describe, expect, it } from "vitest";
import type { Bot } from "../wire/bots";
import { differs, given } from "./given";

const person = { id: "p_bot", username: "clara", name: "Clara", role: "bot", status: "active" } as unknown as Bot["person"];
const bot = {
  person, owner: { ...person, id: "p_nora" }, room: null, rooms: [{ id: "r_1", name: "One" }], scopes: ["read", "write"], rate: 30,
} as unknown as Bot;

describe("what is sent of a changed bot", () => {
  it("is nothing for nothing", () => {
    expect(differs(bot, given(bot))).toEqual({});
    expect(differs(bot, { ...given(bot), scopes: new Set(["write", "read"]) })).toEqual({});
  });

  it("is what differs", () => {
    expect(differs(bot, { ...given(bot), rate: "", scopes: new Set(["read"]) })).toEqual({ rate: 0, scopes: ["read"] });
    expect(differs(bot, { ...given(bot), anywhere: true })).toEqual({ rooms: "any" });
    expect(differs(bot, { ...given(bot), rooms: new Set(["r_1", "r_2"]) })).toEqual({ rooms: ["r_1", "r_2"] });
  });

  it("names no rooms of a room's own bot", () => {
    expect(differs({ ...bot, room: { id: "r_1", name: "One" } }, { ...given(bot), anywhere: true })).toEqual({});
  });

  it("is taken back by what differs the other way", () => {
    const after = { ...bot, rate: null, rooms: null };
    expect(differs(after, given(bot))).toEqual({ rate: 30, rooms: ["r_1"] });
  });
});
