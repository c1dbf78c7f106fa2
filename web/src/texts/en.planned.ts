/// Texts about what is to come: reminders, and posts for later.
/// Those of the first chunk; the rest stand in late/en.planned.ts.

export const planned = {
  "planned.title": "Reminders",
  "planned.change": "Change",
  "planned.of_this": "Remind me of this",
  "planned.drop": "Delete",
  "planned.actions": "What to do with: {what}",
  "planned.about": "About a message",
  "planned.later": "Post later",
  "planned.posts": "Your posts for later",
  "planned.soon": "any moment",
  "planned.retime": "Another time",
  "planned.edit": "Edit",
  "planned.post_now": "Post now",
  "planned.post.drop": "Discard",
  "planned.rung": "Your reminders",
  "planned.reminder": "Your reminder",
  "planned.late": "late",
  "planned.show": "Show the message",
  "planned.seen": "Done",
  "planned.again.hour": "In an hour",
  "planned.again.tomorrow": "Tomorrow",
  "planned.again.done": "It will come again.",
  "planned.refused": "Your post could not be posted in {room}",
} as const;
