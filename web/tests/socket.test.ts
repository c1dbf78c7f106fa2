import { describe, expect, it } from "vitest";
import { delay, verdict } from "../src/net/backoff";
import { Socket, type Line } from "../src/net/socket";
import { Clock, ports, settle } from "./fakes";

function begin() {
  const clock = new Clock();
  const made = ports(clock);
  const heard: unknown[] = [];
  const states: Line[] = [];
  let doubts = 0;
  const socket = new Socket(made.ports, {
    frame: (frame) => heard.push(frame),
    line: (line) => states.push(line),
    doubt: () => doubts++,
  });
  socket.connect();
  return { clock, socket, lines: made.lines, heard, states, doubts: () => doubts };
}

describe("backoff", () => {
  it("draws from the whole of a doubling span, half a second to thirty", () => {
    expect(delay(0, 0)).toBe(0.5);
    expect(delay(0, 1)).toBe(1);
    expect(delay(3, 1)).toBe(8);
    expect(delay(50, 1)).toBe(30);
    expect(delay(50, 0)).toBe(0.5);
  });
  it("honours the close codes", () => {
    for (const code of [1001, 1006, 1011, 1012, 4000, 4099]) expect(verdict(code)).toBe("again");
    for (const code of [4100, 4101, 4102, 4103]) expect(verdict(code)).toBe("session");
    for (const code of [1002, 1009, 4104, 4105, 4106, 4199]) expect(verdict(code)).toBe("stop");
  });
});

describe("the socket", () => {
  it("answers requests by ref and throws refusals with their code", async () => {
    const { socket, lines } = begin();
    lines[0]?.welcomes();
    const one = socket.request("overview", {});
    const two = socket.request("room.join", { room: "r_1" });
    lines[0]?.says({ type: "error", ref: lines[0].sent[1]?.ref, code: "not_invited", message: "no" });
    lines[0]?.says({ type: "ok", ref: lines[0].sent[0]?.ref, result: { me: 1 } });
    await expect(one).resolves.toMatchObject({ result: { me: 1 } });
    await expect(two).rejects.toMatchObject({ code: "not_invited" });
  });

  it("sends a command again after a break, under the same client_id", async () => {
    const { clock, socket, lines } = begin();
    lines[0]?.welcomes();
    const done = socket.request("message.pin", { message: "m_1" });
    const first = lines[0]?.last();
    lines[0]?.breaks(1006);
    await clock.pass(2_000);
    lines[1]?.welcomes();
    expect(lines[1]?.last()).toEqual(first);
    lines[1]?.says({ type: "ok", ref: first?.ref, duplicate: true });
    await expect(done).resolves.toBeDefined();
  });

  it("gives up with `offline` when patience ends", async () => {
    const { clock, socket } = begin();
    const done = socket.request("overview", {}, { patience: 5_000 });
    const check = expect(done).rejects.toMatchObject({ code: "offline" });
    await clock.pass(5_001);
    await check;
  });

  it("takes ten silent seconds after a request for a dead line", async () => {
    const { clock, socket, lines } = begin();
    lines[0]?.welcomes();
    void socket.check();
    await clock.pass(9_000);
    expect(lines).toHaveLength(1);
    await clock.pass(3_000);
    expect(lines[0]?.closed).toBe(true);
    expect(lines).toHaveLength(2);
  });

  it("is told to doubt the line, and waits three seconds only", async () => {
    const { clock, socket, lines } = begin();
    lines[0]?.welcomes();
    void socket.check(3_000);
    await clock.pass(3_100);
    expect(lines[0]?.closed).toBe(true);
  });

  it("does not come back where the code says so, and asks about the session", async () => {
    const { clock, lines, states, doubts } = begin();
    lines[0]?.welcomes();
    lines[0]?.breaks(4101);
    await clock.pass(60_000);
    expect(lines).toHaveLength(1);
    expect(states.at(-1)).toEqual({ state: "stopped", code: 4101 });
    expect(doubts()).toBe(1);
  });

  it("doubts the session when a handshake fails", async () => {
    const { lines, doubts, states } = begin();
    lines[0]?.breaks(1006);
    await settle();
    expect(doubts()).toBe(1);
    expect(states.at(-1)).toMatchObject({ state: "waiting" });
  });
});
