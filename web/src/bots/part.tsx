/// What the parts of a bot's page share: the bot, its path, and the ways to say and ask something above them.

import type { ComponentChildren } from "preact";
import type { Bot } from "../wire/bots";

export type Told = { title: string; secret: string };
export type Ending = { title: string; body: string; action: string; run: () => Promise<void> };

export interface Care {
  bot: Bot;
  /** Of the bot, under /api/v1. */
  path: string;
  again: () => void;
  put: (bot: Bot) => void;
  /** Shows a secret, this once. */
  tell: (told: Told) => void;
  /** Asks before what cannot be undone. */
  end: (ending: Ending) => void;
  onGone: () => void;
}

export function Part({ title, hint, children }: { title: string; hint: string; children: ComponentChildren }) {
  return (
    <section class="bot-part">
      <h3>{title}</h3>
      <p class="field-hint">{hint}</p>
      {children}
    </section>
  );
}
