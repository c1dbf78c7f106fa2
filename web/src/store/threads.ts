/// The one thread that is open beside its room: its snapshot, older replies, where the reader stands.

import { ask } from "./ask";
import { foldThread, replay } from "./fold";
import { cursors, threadPosition } from "./receive";
import { collecting } from "./rooms";
import { changeSnapshot, changeThread, learn, myId, openThread } from "./state";
import { watch } from "./streams";
import { joinBefore, union } from "./window";
import type { Message } from "../wire/views";

const PAGE = 50;

/** Show a thread by its first message's id; null closes it. */
export function showThread(room: string, root: string | null): void {
  if (root !== null && openThread.value?.root === root) return;
  leaveAnswers();
  if (root === null) {
    openThread.value = null;
    return;
  }
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
    const { stream, epoch, seq } = now.cursor;
    if (stream === room) leaveAnswers();
    else {
      cursors.set(stream, { epoch, seq });
      await watch([stream]);
    }
  } catch (error) {
    if (openThread.peek()?.root === root) openThread.value = { room, root, state: "failed", error };
  }
}

/** The answers of a topic that have a stream of their own are watched while they are looked at. */
function leaveAnswers(): void {
  const streams = [...cursors.keys()].filter(isAnswers);
  if (streams.length === 0) return;
  for (const one of streams) cursors.delete(one);
  ask("unsubscribe", { streams }, { again: false }).catch(() => undefined);
}

export const isAnswers = (stream: string): boolean => stream.startsWith("tm_");

/** The open thread's answers are no longer watched, or not yet: look again what there is to see. */
export function answersLost(stream: string): void {
  cursors.delete(stream);
  if (openThread.peek()?.root === stream.slice(1)) void reloadThread();
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
