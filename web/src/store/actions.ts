/// What one does to a message or a room, as one line each; refusals become remarks where nobody else shows them.

import { say } from "../net/error";
import { remark } from "../ui/notice";
import type { Message, Unit } from "../wire/views";
import { ask } from "./ask";
import { outbox } from "./client";
import { myId } from "./state";

/** Do it; what is refused is said at the foot of the window. */
export async function attempt(what: Promise<unknown>): Promise<boolean> {
  try {
    await what;
    return true;
  } catch (error) {
    remark(say(error), "error");
    return false;
  }
}

export interface NewPost {
  room: string;
  thread: string | null;
  quote: string | null;
  body: string;
  unit?: Unit | null;
  title?: string;
}

/** Into the outbox: kept, and sent as soon as there is a line. */
export function post(message: NewPost): void {
  outbox?.add(message);
}

export function toggleReaction(message: Message, emoji: string): Promise<boolean> {
  const mine = message.reactions[emoji]?.includes(myId());
  return attempt(ask(mine ? "reaction.remove" : "reaction.add", { message: message.id, emoji }));
}

export const togglePin = (message: Message): Promise<boolean> =>
  attempt(ask(message.pinned ? "message.unpin" : "message.pin", { message: message.id }));

/** Without `rev`: a reaction moves it too, and only oneself could have edited meanwhile. */
export const editMessage = (message: Message, body: string, title?: string): Promise<unknown> =>
  ask("message.edit", { message: message.id, body, ...(title === undefined ? {} : { title }) });

/** Where a topic stands: solved or not, which reply answers it ("" for none). */
export const markTopic = (topic: Message, marks: { solved?: boolean; answer?: string }): Promise<boolean> =>
  attempt(ask("topic.mark", { topic: topic.id, ...marks }));

export const deleteMessage = (message: Message, reason: string): Promise<unknown> =>
  ask("message.delete", { message: message.id, ...(reason ? { reason } : {}) });

/** Copy; where the browser does not let us, the text is shown for copying by hand. */
export async function copy(text: string, done: string, failed: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    remark(done);
  } catch {
    remark(failed, "info", 20);
  }
}
