import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, offline } from "../src/net/error";
import { Outbox, type Outgoing } from "../src/net/outbox";
import { Clock, fakeStorage, settle } from "./fakes";

const post = { room: "r_1", thread: null, quote: null, body: "hello" };
let clock: Clock;
let sent: Outgoing[];

beforeEach(() => {
  vi.stubGlobal("localStorage", fakeStorage());
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  clock = new Clock();
  sent = [];
});
afterEach(() => vi.unstubAllGlobals());

const box = (answer: (one: Outgoing) => Promise<number>): Outbox =>
  new Outbox("p_1", (one) => {
    sent.push(one);
    return answer(one);
  }, clock.after, clock.now);

describe("the outbox", () => {
  it("keeps what was written offline over a reload and sends it once", async () => {
    const before = box(async () => 1);
    before.add(post);
    expect(sent).toHaveLength(0);
    before.close();
    await clock.pass(10_000);
    const after = box(async () => 7);
    expect(after.posts.value).toHaveLength(1);
    after.online(true);
    await clock.pass(5_000);
    expect(sent).toHaveLength(1);
    after.seen("r_1", 7);
    expect(after.posts.value).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([]);
  });

  it("sends one after another in a place, and keeps the order over a failure", async () => {
    let fail = true;
    const out = box(async () => {
      if (fail) throw offline();
      return 3;
    });
    out.online(true);
    out.add(post);
    out.add({ ...post, body: "second" });
    await settle();
    expect(sent.map((one) => one.body)).toEqual(["hello"]);
    fail = false;
    await clock.pass(3_000);
    expect(sent.map((one) => one.body)).toEqual(["hello", "hello", "second"]);
    expect(new Set(sent.map((one) => one.client_id)).size).toBe(2);
  });

  it("stops at a refusal, says why, and lets one try again or throw it away", async () => {
    let code = "room_archived";
    const out = box(async () => {
      if (code) throw new ApiError(code, "no");
      return 9;
    });
    out.online(true);
    const one = out.add(post);
    const two = out.add({ ...post, body: "second" });
    await settle();
    expect(out.posts.value.map((p) => p.refused?.code)).toEqual(["room_archived", "room_archived"]);
    out.discard(two.client_id);
    code = "";
    out.again(one.client_id);
    await settle();
    expect(out.posts.value).toMatchObject([{ client_id: one.client_id, seq: 9 }]);
  });
});
