import { describe, expect, test } from "vitest";
import type { Invitation } from "../wire/accounts";
import type { Community } from "../wire/views";
import { changes } from "./changes";
import { endedBy } from "./ended";

const now = Date.parse("2026-11-21T12:00:00Z");
const open: Invitation = {
  id: "i_1", url: "", qr: "", code: "abcd", role: "member", room: null,
  uses: 2, max_uses: 3, expires_at: "2026-11-21T12:00:01Z", revoked: false, created_by: "p_1",
};

describe("invitations", () => {
  test.each([
    [{}, undefined],
    [{ uses: 3 }, "used"],
    [{ expires_at: "2026-11-21T12:00:00Z" }, "expired"],
    [{ revoked: true, uses: 3 }, "revoked"],
  ] as [Partial<Invitation>, string | undefined][])("%j ends it by %s", (change, why) =>
    expect(endedBy({ ...open, ...change }, now)).toBe(why),
  );
});

test("only what differs is sent", () => {
  const before: Community = {
    name: "Riverside", language: "en", time_zone: "UTC", minors: false,
    who_opens_rooms: "everyone", direct_rooms: "everyone", sign_up: "invitation",
  };
  expect(changes(before, { ...before })).toEqual({});
  expect(changes(before, { ...before, minors: true, name: "Riverbank" })).toEqual({ name: "Riverbank", minors: true });
});
