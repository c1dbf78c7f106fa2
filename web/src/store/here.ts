/// Whether we are here: the minute's ping, the tab's visibility, the network's comings and goings, and sleep.

import type { Socket } from "../net/socket";
import { watchFront } from "./absence";

const PING = 60_000;
/** Without a key, a click or a touch for so long one is idle. */
const IDLE = 5 * 60_000;
/** Milliseconds for an answer once the device says that its network has changed. */
const DOUBTFUL = 3_000;
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

let beat = Date.now();
let long = false;

/** The device has slept since this was last asked: the minute's ping did not come. */
export function slept(): boolean {
  const now = Date.now();
  const gone = now - beat > 1.5 * PING;
  if (gone) beat = now;
  long ||= gone;
  return gone;
}

/** The same, and nobody asked yet what other devices did meanwhile. */
export function sleptLong(): boolean {
  const was = slept() || long;
  long = false;
  return was;
}

/** Returns how to stop. */
export function watchPresence(socket: Socket): () => void {
  let touched = Date.now();
  let active = true;
  beat = touched;
  const ping = () => {
    active = Date.now() - touched < IDLE && document.visibilityState === "visible";
    socket.signal({ type: "presence.ping", active });
    if (socket.open) void socket.check();
  };
  const pulse = () => {
    slept();
    beat = Date.now();
    ping();
  };
  const touch = () => {
    touched = Date.now();
    if (!active) ping();
  };
  const back = async () => {
    touched = Date.now();
    // A laptop that slept believes its line is alive.
    const answered = socket.check();
    if (!active) ping();
    await answered;
  };
  const network = () => void socket.check(DOUBTFUL);
  const timer = setInterval(pulse, PING);
  const stopFront = watchFront(back);
  for (const one of TOUCHES) addEventListener(one, touch, { passive: true });
  addEventListener("online", network);
  addEventListener("offline", network);
  return () => {
    clearInterval(timer);
    stopFront();
    for (const one of TOUCHES) removeEventListener(one, touch);
    removeEventListener("online", network);
    removeEventListener("offline", network);
  };
}
