/// Hand-written fakes for the net: a clock that is moved by hand, a WebSocket that records.

import type { Ports } from "../src/net/socket";

export class Clock {
  at = 1_000_000;
  private timers: { at: number; run: () => void }[] = [];

  now = (): number => this.at;

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.at + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  };

  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    for (;;) {
      const next = this.timers.filter((one) => one.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.at = next.at;
      this.timers = this.timers.filter((one) => one !== next);
      next.run();
      await settle();
    }
    this.at = end;
    await settle();
  }
}

/** Let promises that are ready run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

export class FakeLine {
  readonly sent: Record<string, unknown>[] = [];
  closed = false;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.closed = true;
  }
  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  welcomes(): void {
    this.says({ type: "welcome", connection: "c", person: "p_1", timings: {}, limits: {} });
  }
  breaks(code: number): void {
    this.onclose?.({ code });
  }
  last(): Record<string, unknown> {
    return this.sent.at(-1) ?? {};
  }
}

export function ports(clock: Clock): { ports: Ports; lines: FakeLine[] } {
  const lines: FakeLine[] = [];
  return {
    lines,
    ports: {
      now: clock.now,
      after: clock.after,
      random: () => 0.5,
      open: () => {
        const line = new FakeLine();
        lines.push(line);
        return line as unknown as WebSocket;
      },
    },
  };
}

/** localStorage, as far as we use it. */
export function fakeStorage(): Storage {
  const map: Record<string, string> = Object.create(null) as Record<string, string>;
  return Object.defineProperties(map, {
    getItem: { value: (key: string) => map[key] ?? null },
    setItem: { value: (key: string, value: string) => { map[key] = value; } },
    removeItem: { value: (key: string) => { delete map[key]; } },
  }) as unknown as Storage;
}
