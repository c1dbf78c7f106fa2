/// Texts about bots: what they draw, whispers, commands, and looking after them.
/// Those of the first chunk; the rest stand in late/en.bots.ts.

export const botTexts = {
  "blocks.send": "Send",
  "blocks.sent": "Sent.",
  "blocks.choose": "Please choose",
  "blocks.choose.one": "Choose one, please.",
  "blocks.fill": "A few words, please.",
  "blocks.late": "{name} has not answered yet. It may be away; you can try again.",
  "whispers.label": "Only for you",
  "whispers.bot": "A bot",
  "whispers.only": "only you see this",
  "whispers.by": "{name}, only to you",
  "whispers.dismiss": "Put away",
  "whispers.asks": "{name} asks you this. Nobody else in the room sees it.",
  "slash.list": "Commands of bots",
  "slash.by": "by {name}",
  "slash.waiting": "Waiting for an answer …",
  "slash.unknown": "Nobody here knows /{name}.",
  "slash.post": "Post it as it stands",
  "bots.room": "Bots",
} as const;
