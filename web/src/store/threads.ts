/// The one thread that is open beside its room: its snapshot, older replies, where the reader stands.

import { ask } from "./ask";
import { foldThread, replay } from "./fold";
import { threadPosition } from "./receive";
import { collecting } from "./rooms";
import { changeSnapshot, changeThread, learn, myId, openThread } from "./state";
import { joinBefore, union } from "./window";
import type { Message } from "../wire/views";

const PAGE = 50;

/** Show a thread by its first message's id; null closes it. */
export function showThread(room: string, root: string | null): void {
  if (root === null) {
    openThread.value = null;
    return;
  }
  if (openThread.value?.root === root) return;
  openThread.value = { room, root, state: "loading" };
  void reloadThread();
}

export async function reloadThread(): Promise<void> {
  const open = openThread.peek();
  if (!open) return;
  const { room, root } = open;
  try {
    const [snapshot, events] = await collecting(room, async () => (await ask("thread.snapshot", { thread: root })).result);
    if (openThread.peek()?.root !== root) return;
    learn(snapshot.page.people);
    alsoQuoted(room, snapshot.page.quoted);
    const now = events.reduce((thread, event) => foldThread(thread, event, myId()), snapshot);
    openThread.value = { room, root, state: "ready", snapshot: now };
  } catch (error) {
    if (openThread.peek()?.root === root) openThread.value = { room, root, state: "failed", error };
  }
}

export async function loadReplies(): Promise<void> {
  const open = openThread.peek();
  if (open?.state !== "ready") return;
  const first = open.snapshot.page.messages[0];
  if (!first) return;
  const { room, root } = open;
  const fields = { room, thread: root, before: first.no, limit: PAGE };
  const [fresh, events] = await collecting(room, async () => (await ask("history.page", fields)).result);
  if (openThread.peek()?.root !== root) return;
  learn(fresh.people);
  alsoQuoted(room, fresh.quoted);
  changeThread((thread) => ({
    ...thread,
    page: replay(joinBefore(thread.page, fresh, Number.MAX_SAFE_INTEGER), events, room, root),
  }));
}

/** What a thread quotes is looked up, and kept up to date, with what its room quotes. */
function alsoQuoted(room: string, quoted: Message[]): void {
  changeSnapshot(room, (one) => ({ ...one, page: { ...one.page, quoted: union(one.page.quoted, quoted) } }));
}

export async function follow(thread: string, following: boolean): Promise<void> {
  const { result } = await ask("thread.follow", { thread, following });
  threadPosition({ thread, ...result });
}

/** Replies up to `no` have been seen. */
export async function readThread(thread: string, no: number): Promise<void> {
  const { result } = await ask("thread.read", { thread, no });
  threadPosition({ thread, ...result });
}
