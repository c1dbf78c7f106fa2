import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/net/error";
import type { Socket } from "../src/net/socket";
import { useSocket } from "../src/store/ask";
import { cursors } from "../src/store/receive";
import { outcomes, watch } from "../src/store/streams";

/** A server that gives these answers, one after the other. */
function answering(...answers: (ApiError | { streams: object[] })[]) {
  const request = vi.fn(async () => {
    const answer = answers.shift();
    if (answer instanceof ApiError) throw answer;
    return { result: answer ?? { streams: [] } };
  });
  useSocket({ request } as unknown as Socket);
  return request;
}

beforeEach(() => {
  vi.useFakeTimers();
  cursors.set("community", { epoch: "e", seq: 3 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  cursors.clear();
  useSocket(null);
});

describe("watching", () => {
  it("is asked for again where it was refused for the moment only", async () => {
    const request = answering(new ApiError("unavailable", "", {}, 2), { streams: [] });
    const done = watch(["community"]);
    await vi.advanceTimersByTimeAsync(1_900);
    expect(request).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    await done;
    expect(request.mock.calls[1]).toEqual(request.mock.calls[0]);
  });

  it("is left to the next connection where this one broke", async () => {
    const request = answering(new ApiError("offline", ""));
    expect(await watch(["community"])).toBe(false);
    expect(request).toHaveBeenCalledTimes(1);
  });

  it("of a stream that was refused because we were too slow is no refusal", async () => {
    const refused = vi.spyOn(outcomes, "refused");
    const states = ["busy", "not_found"].map((why) => ({ stream: why, state: "refused", why }));
    answering({ streams: states });
    await watch(["community"]);
    expect(refused.mock.calls).toEqual([["not_found", "not_found"]]);
  });
});
