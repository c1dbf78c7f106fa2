/// A message that was asked for, in the place of the copies we hold. Pure.

import type { Message, RoomSnapshot, ThreadSnapshot } from "../wire/views";

/** The list with `found` in the place of an older copy; the same list when there is none. */
export function put<T extends readonly Message[]>(list: T, found: Message): T {
  if (!list.some((one) => older(one, found))) return list;
  return list.map((one) => (older(one, found) ? found : one)) as unknown as T;
}

const older = (one: Message, found: Message): boolean => one.id === found.id && one.rev <= found.rev;

export function putInRoom(snapshot: RoomSnapshot, found: Message): RoomSnapshot {
  const { page, pins } = snapshot;
  return { ...snapshot, page: { ...page, messages: put(page.messages, found), quoted: put(page.quoted, found) }, pins: put(pins, found) };
}

export function putInThread(thread: ThreadSnapshot, found: Message): ThreadSnapshot {
  const { root, page } = thread;
  return { ...thread, root: older(root, found) ? found : root, page: { ...page, messages: put(page.messages, found) } };
}
