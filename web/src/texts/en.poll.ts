/// Texts of polls, and of the bots that come along.
/// Those of the first chunk; the rest stand in late/en.poll.ts.

export const poll = {
  "poll.title": "Polls",
  "kind.bots": "Bots that come along",
  "welcome.title": "Welcome",
} as const;
