/// Edits whose text the log does not tell, because somebody in the room came after the message was posted: those who
/// hold the message ask what it says.

import type { StreamEvent } from "../wire/frames";
import type { Message } from "../wire/views";
import { ask } from "./ask";
import { replay } from "./fold";
import { putInRoom, putInThread } from "./put";
import { collecting } from "./rooms";
import { changeSnapshot, changeThread, learn, openThread, peekRoom } from "./state";
import { forums, putTopic } from "./topics";

const asking = new Set<string>();

export async function fetchRewritten(room: string, message: string): Promise<void> {
  if (asking.has(message) || !held(room, message)) return;
  asking.add(message);
  try {
    // Edited again meanwhile: what was answered may be the text before.
    while (await fetched(room, message));
  } catch {
    // Not ours to see any more, or offline: then a snapshot tells.
  } finally {
    asking.delete(message);
  }
}

async function fetched(room: string, message: string): Promise<boolean> {
  const [got, events] = await collecting(room, async () => (await ask("message.get", { message })).result);
  learn(got.people);
  const [found] = replay(got, events, room).messages;
  if (found) shown(room, found);
  return events.some((event) => asksAgain(event, message));
}

const asksAgain = (event: StreamEvent, message: string): boolean =>
  event.kind === "message.edited" && event.data.ask === true && event.data.id === message;

function shown(room: string, found: Message): void {
  changeSnapshot(room, (snapshot) => putInRoom(snapshot, found));
  if (openThread.peek()?.room === room) changeThread((thread) => putInThread(thread, found));
  putTopic(room, found);
}

function held(room: string, message: string): boolean {
  const snapshot = peekRoom(room)?.snapshot;
  const open = openThread.peek();
  const thread = open?.state === "ready" && open.room === room ? [open.snapshot.root, ...open.snapshot.page.messages] : [];
  const forum = forums.peek().get(room);
  const topics = forum?.state === "ready" ? forum.topics : [];
  const here = snapshot ? [...snapshot.page.messages, ...snapshot.page.quoted, ...snapshot.pins] : [];
  return [...here, ...thread, ...topics].some((one) => one.id === message);
}
