/// Texts about what waits for those who run the community: rooms that nobody looks after, appeals.
/// Those of the first chunk; the rest stand in late/en.unled.ts.

export const unled = {
  "unled.notice": "{count, plural, one {A room has no facilitator.} other {# rooms have no facilitator.}}",
  "unled.notice.look": "Look after it",
  "appeals.notice": "{count, plural, one {Somebody who is suspended asks to be heard again.} other {# people who are suspended ask to be heard again.}}",
  "appeals.notice.look": "Read it",
} as const;
