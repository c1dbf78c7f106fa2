/// Texts of src/find/: the one box and what was found.
/// They come with the parts that say them, which import this file.

import { also } from "..";

export const find = also({
  "find.title": "Find",
  "find.label": "Rooms, people, words",
  "find.placeholder": "A room, a person, words",
  "find.choices": "What fits",
  "find.recent": "Lately you looked for",
  "find.messages": "Messages with “{q}”",
  "find.open_room": "open to you",
  "find.hint": "Words, or a “phrase in quotes”. To narrow it down: from:name, in:room, before:2026-03, after:yesterday.",
  "find.page.title": "Find messages",
  "find.page.label": "Words, phrases and filters",
  "find.page.placeholder": "Words, from:name, in:room",
  "find.page.submit": "Find",
  "find.filters": "Filters",
  "find.looking": "Looking…",
  "find.results": "What was found",
  "find.count": "{count, plural, one {# message shown} other {# messages shown}}",
  "find.in": "in {room}",
  "find.in_thread": "in a thread in {room}",
  "find.older": "Look further back",
  "find.short.title": "What are you looking for?",
  "find.none.title": "Nothing like that in your rooms",
  "find.none.body": "Try fewer words, or the beginning of one. Messages that were deleted cannot be found.",
  "find.none.filters": "There may be something without the filters.",
  "find.none.wider": "Look everywhere",
  "find.offline.title": "You are offline",
  "find.offline.body": "Messages are looked for on the server. This goes on by itself when you are back.",
});
