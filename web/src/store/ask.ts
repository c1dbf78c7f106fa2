/// The way to the server for all of the store: requests with answers, signals without.
/// Holds the socket of whoever is signed in; client.ts puts it here.

import { offline } from "../net/error";
import type { Answer, Options, Socket } from "../net/socket";
import type { Requests } from "../wire/frames";

let socket: Socket | null = null;

export function useSocket(made: Socket | null): void {
  socket = made;
}

/** Ask the server. Rejects with ApiError; `offline` when nobody answers in time. */
export function ask<T extends keyof Requests>(type: T, fields: Requests[T][0], options?: Options): Promise<Answer<T>> {
  return socket ? socket.request(type, fields, options) : Promise.reject(offline());
}

/** Typing and presence: lost when there is no line. */
export const signalServer: Socket["signal"] = (fields) => socket?.signal(fields);
