/// Texts of forums: the list of topics, a topic, a new one.
/// Those of the first chunk; the rest stand in late/en.forum.ts.

export const forum = {
  "forum.new": "New topic",
  "forum.new.title": "What is it about?",
  "forum.new.title.hint": "A few words that say it: others choose by them what they read.",
  "forum.new.body": "What would you like to ask or say?",
  "forum.new.send": "Open the topic",
  "forum.new.kept": "Others see each other's answers after they have answered themselves.",
  "forum.back": "All topics",
  "forum.answer": "This answers it",
  "forum.answer.is": "This answers the question",
  "forum.answer.not": "This is not the answer after all",
} as const;
