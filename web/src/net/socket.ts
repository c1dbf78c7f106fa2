/// The one line to the server: connects, comes back, and carries requests to their answers.
/// A command keeps its client_id when it is sent again after a break, so it happens once.
/// Knows frames as JSON only; what they mean is the store's business.

import type { ErrorFrame, OkFrame, Requests, ServerFrame, WelcomeFrame } from "../wire/frames";
import { delay, verdict } from "./backoff";
import { ApiError, offline } from "./error";
import { newId } from "./ids";

export type Line =
  | { state: "connecting"; since: number }
  | { state: "open" }
  /** Nobody answers; `since` and `again` are milliseconds since 1970. */
  | { state: "waiting"; since: number; again: number }
  /** The server said not to come back by itself. */
  | { state: "stopped"; code: number };

export interface Ports {
  open: () => WebSocket;
  now: () => number;
  random: () => number;
  after: (ms: number, run: () => void) => () => void;
}

export interface Listener {
  /** All but answers. `welcome` comes first on every new connection. */
  frame: (frame: Exclude<ServerFrame, OkFrame | ErrorFrame>) => void;
  line: (line: Line) => void;
  /** The session may be over: ask the server before anything else. */
  doubt: () => void;
}

export type Answer<T extends keyof Requests> = { result: Requests[T][1]; stream?: string; seq?: number };

interface Waiting {
  frame: Record<string, unknown>;
  /** Sent on the present connection. */
  sent: boolean;
  /** Whether it may be sent again on the next one. */
  again: boolean;
  resolve: (answer: Answer<keyof Requests>) => void;
  reject: (error: ApiError) => void;
  stop: () => void;
}

export interface Options {
  client_id?: string;
  /** Milliseconds until giving up with the code `offline`; 20,000 by default. */
  patience?: number;
  /** False: ends with the connection it was made on. */
  again?: boolean;
}

/** No byte for so long after a request means the line is dead, whatever the browser believes. */
const SILENCE = 10_000;
const PATIENCE = 20_000;
const STEADY = 10_000;
const QUERIES =
  /^(overview|subscribe|unsubscribe|room\.(snapshot|desk|members|sanctions|bots)|log\.page|history\.page|thread\.snapshot|message\.get|directory\..*|find\..*|moderation\.try|admins\.desk|report\.mine|pairs\.list|pass\.list|topics\.list|planned\.(list|read)|notify\.settings)$/;

export class Socket {
  private readonly ports: Ports;
  private readonly listener: Listener;
  private readonly waiting = new Map<string, Waiting>();
  private ws: WebSocket | null = null;
  private welcomed = 0;
  private attempt = 0;
  private refs = 0;
  private brokenSince = 0;
  private stopTimer: () => void = () => undefined;
  private stopWatch: (() => void) | null = null;
  private over = false;

  constructor(ports: Ports, listener: Listener) {
    this.ports = ports;
    this.listener = listener;
  }

  /** Begin, or try at once instead of waiting. */
  connect(): void {
    if (this.over || this.ws) return;
    this.stopTimer();
    this.brokenSince ||= this.ports.now();
    this.listener.line({ state: "connecting", since: this.brokenSince });
    const ws = this.ports.open();
    this.ws = ws;
    ws.onmessage = (event) => this.received(ws, String(event.data));
    ws.onclose = (event) => this.lost(ws, event.code);
    this.stopTimer = this.ports.after(SILENCE, () => this.drop());
  }

  /** For good: nothing is sent or heard afterwards. */
  close(): void {
    this.over = true;
    this.stopTimer();
    this.forget();
    for (const one of this.waiting.values()) this.settle(one, () => one.reject(offline()));
    this.waiting.clear();
  }

  get open(): boolean {
    return this.welcomed > 0 && this.ws !== null;
  }

  request<T extends keyof Requests>(type: T, fields: Requests[T][0], options: Options = {}): Promise<Answer<T>> {
    const ref = String(++this.refs);
    const frame: Record<string, unknown> = { type, ref, ...fields };
    if (!QUERIES.test(type)) frame["client_id"] = options.client_id ?? newId();
    return new Promise<Answer<T>>((resolve, reject) => {
      const waiting: Waiting = {
        frame,
        sent: false,
        again: options.again ?? true,
        resolve: resolve as Waiting["resolve"],
        reject,
        stop: this.ports.after(options.patience ?? PATIENCE, () => {
          this.waiting.delete(ref);
          reject(offline());
        }),
      };
      this.waiting.set(ref, waiting);
      this.send(waiting);
    });
  }

  /** Typing and presence: lost when there is no line, and nobody minds. */
  signal(fields: { type: "typing" | "presence.ping" } & Record<string, unknown>): void {
    if (this.open) this.ws?.send(JSON.stringify({ ref: "", ...fields }));
  }

  /** Is anybody there? An empty subscribe is answered within `silence` ms, or the line is dead. */
  async check(silence = SILENCE): Promise<void> {
    if (!this.open) {
      this.connect();
      return;
    }
    this.stopWatch?.();
    this.stopWatch = this.ports.after(silence, () => this.drop());
    await this.request("subscribe", { cursors: [] }, { again: false, patience: SILENCE }).catch(() => undefined);
  }

  private send(waiting: Waiting): void {
    if (!this.open || waiting.sent || !this.ws) return;
    waiting.sent = true;
    this.ws.send(JSON.stringify(waiting.frame));
    this.stopWatch ??= this.ports.after(SILENCE, () => this.drop());
  }

  private received(ws: WebSocket, text: string): void {
    if (ws !== this.ws) return;
    this.stopWatch?.();
    this.stopWatch = null;
    const frame = JSON.parse(text) as ServerFrame;
    if (frame.type === "ok" || frame.type === "error") {
      this.answered(frame);
    } else if (frame.type === "welcome") this.welcome(frame);
    else this.listener.frame(frame);
    if (this.unanswered()) this.stopWatch ??= this.ports.after(SILENCE, () => this.drop());
  }

  private unanswered(): boolean {
    for (const one of this.waiting.values()) if (one.sent) return true;
    return false;
  }

  private welcome(frame: WelcomeFrame): void {
    this.stopTimer();
    this.welcomed = this.ports.now();
    this.brokenSince = 0;
    this.listener.line({ state: "open" });
    // The listener subscribes first, so that what is sent again is answered into a watched stream.
    this.listener.frame(frame);
    for (const one of this.waiting.values()) this.send(one);
  }

  private answered(frame: OkFrame | ErrorFrame): void {
    const one = this.waiting.get(frame.ref ?? "");
    if (!one) return;
    this.waiting.delete(frame.ref ?? "");
    if (frame.type === "ok") {
      const { stream, seq } = frame;
      const answer = { result: frame.result ?? {}, ...(stream === undefined ? {} : { stream }), ...(seq === undefined ? {} : { seq }) };
      this.settle(one, () => one.resolve(answer as Answer<keyof Requests>));
      return;
    }
    const error = new ApiError(frame.code, frame.message, frame.params, frame.retry_after);
    this.settle(one, () => one.reject(error));
    if (["session_ended", "sign_in_needed", "pass_ended"].includes(frame.code)) this.listener.doubt();
  }

  private settle(one: Waiting, finish: () => void): void {
    one.stop();
    finish();
  }

  /** Treat the line as dead without waiting for the browser to notice. */
  private drop(): void {
    const ws = this.ws;
    if (ws) this.lost(ws, 1006);
  }

  private lost(ws: WebSocket, code: number): void {
    if (ws !== this.ws) return;
    const steady = this.welcomed > 0 && this.ports.now() - this.welcomed >= STEADY;
    const known = this.welcomed > 0;
    this.forget();
    for (const [ref, one] of this.waiting) {
      one.sent = false;
      if (one.again) continue;
      this.waiting.delete(ref);
      this.settle(one, () => one.reject(offline()));
    }
    const what = verdict(code);
    // A handshake that fails says nothing to a browser: perhaps we are no longer signed in.
    if (what === "session" || !known) this.listener.doubt();
    if (what !== "again") {
      this.listener.line({ state: "stopped", code });
      return;
    }
    this.attempt = steady ? 0 : this.attempt + 1;
    this.brokenSince ||= this.ports.now();
    const wait = delay(this.attempt, this.ports.random()) * 1000;
    this.listener.line({ state: "waiting", since: this.brokenSince, again: this.ports.now() + wait });
    this.stopTimer = this.ports.after(wait, () => this.connect());
  }

  private forget(): void {
    const ws = this.ws;
    this.ws = null;
    this.welcomed = 0;
    this.stopWatch?.();
    this.stopWatch = null;
    this.stopTimer();
    if (!ws) return;
    ws.onmessage = null;
    ws.onclose = null;
    try {
      ws.close();
    } catch {
      // Closing what never opened is refused by some browsers; it is gone either way.
    }
  }
}
