/// What a form about a bot was filled with, and what of it differs from the bot as it is. Pure.

import type { Bot, BotChange, BotScope } from "../wire/bots";

export interface Given {
  name: string;
  scopes: ReadonlySet<BotScope>;
  owner: string;
  /** Empty: as many as a person. */
  rate: string;
  anywhere: boolean;
  rooms: ReadonlySet<string>;
}

export const given = (bot: Bot): Given => ({
  name: bot.person.name,
  scopes: new Set(bot.scopes),
  owner: bot.owner?.id ?? "",
  rate: bot.rate === null ? "" : String(bot.rate),
  anywhere: bot.rooms === null,
  rooms: new Set((bot.rooms ?? []).map((one) => one.id)),
});

const same = <T,>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean => a.size === b.size && [...a].every((one) => b.has(one));

/** What differs, as the server takes it; both ways, so that the one undoes the other. */
export function differs(bot: Bot, after: Given): BotChange {
  const before = given(bot);
  const where = (one: Given): BotChange["rooms"] => (one.anywhere ? "any" : [...one.rooms]);
  return {
    ...(after.name === before.name ? {} : { name: after.name }),
    ...(same(after.scopes, before.scopes) ? {} : { scopes: [...after.scopes] }),
    ...(after.owner === before.owner || after.owner === "" ? {} : { owner: after.owner }),
    ...(after.rate === before.rate ? {} : { rate: Number(after.rate) }),
    ...(bot.room || (after.anywhere === before.anywhere && same(after.rooms, before.rooms)) ? {} : { rooms: where(after) }),
  };
}
