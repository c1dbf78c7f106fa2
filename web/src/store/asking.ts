/// What was asked of bots and is not answered yet: spinners, and the words for a bot that stays silent.
/// A bot answers in its own time, or never: after ten seconds that is said, and one may try again.

import { signal } from "@preact/signals";
import { newId } from "../net/ids";
import { ask } from "./ask";

export type Asked = { state: "waiting" | "late" | "answered" } | { state: "failed"; error: unknown };

const PATIENCE = 10_000;
/** By message and the id of the button or form, or by a command's own mark. */
export const asked = signal<ReadonlyMap<string, Asked>>(new Map());
const waiting = new Map<string, string>();
/** Answers that came before we were told what was asked. */
const early = new Set<string>();
const EARLY = 100;

function set(key: string, state: Asked | null): void {
  const next = new Map(asked.value);
  if (state) next.set(key, state);
  else next.delete(key);
  asked.value = next;
}

export const keyOf = (message: string, action: string): string => `${message} ${action}`;

/** Press a button or send a form. True when the bot was told. */
export function interact(message: string, action: string, values?: Record<string, string>): Promise<boolean> {
  const fields = { message, action, ...(values ? { values } : {}) };
  return follow(keyOf(message, action), () => ask("message.interact", fields, { client_id: newId() }));
}

/** Run a command. */
export function runSlash(fields: { room: string; name: string; text: string; bot: string; thread?: string }): Promise<boolean> {
  return follow(`slash ${fields.room} ${fields.thread ?? ""}`, () => ask("slash.run", fields, { client_id: newId() }));
}

export const slashKey = (room: string, thread: string | null): string => `slash ${room} ${thread ?? ""}`;

async function follow(key: string, send: () => Promise<{ result: { interaction: string } }>): Promise<boolean> {
  set(key, { state: "waiting" });
  try {
    const { interaction } = (await send()).result;
    if (early.delete(interaction)) {
      set(key, { state: "answered" });
      return true;
    }
    waiting.set(interaction, key);
    setTimeout(() => {
      if (waiting.has(interaction) && asked.peek().get(key)?.state === "waiting") set(key, { state: "late" });
    }, PATIENCE);
    return true;
  } catch (error) {
    set(key, { state: "failed", error });
    return false;
  }
}

/** The bot has answered. */
export function answeredBy(interaction: string): void {
  const key = waiting.get(interaction);
  if (key === undefined) {
    early.add(interaction);
    if (early.size > EARLY) early.clear();
    return;
  }
  waiting.delete(interaction);
  set(key, { state: "answered" });
}

export const forget = (key: string): void => set(key, null);
