/// Whether we are here: the minute's ping, the tab's visibility, the network's comings and goings.

import type { Socket } from "../net/socket";

const PING = 60_000;
/** Without a key, a click or a touch for so long one is idle. */
const IDLE = 5 * 60_000;
/** Milliseconds for an answer once the device says that its network has changed. */
const DOUBTFUL = 3_000;
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Returns how to stop. */
export function watchPresence(socket: Socket): () => void {
  let touched = Date.now();
  let active = true;
  const ping = () => {
    active = Date.now() - touched < IDLE && document.visibilityState === "visible";
    socket.signal({ type: "presence.ping", active });
    if (socket.open) void socket.check();
  };
  const touch = () => {
    touched = Date.now();
    if (!active) ping();
  };
  const look = () => {
    if (document.visibilityState !== "visible") return;
    touched = Date.now();
    // A laptop that slept believes its line is alive.
    void socket.check();
    if (!active) ping();
  };
  const network = () => void socket.check(DOUBTFUL);
  const timer = setInterval(ping, PING);
  for (const one of TOUCHES) addEventListener(one, touch, { passive: true });
  document.addEventListener("visibilitychange", look);
  addEventListener("online", network);
  addEventListener("offline", network);
  return () => {
    clearInterval(timer);
    for (const one of TOUCHES) removeEventListener(one, touch);
    document.removeEventListener("visibilitychange", look);
    removeEventListener("online", network);
    removeEventListener("offline", network);
  };
}
