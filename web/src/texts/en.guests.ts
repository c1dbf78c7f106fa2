/// Texts of src/guests/: guest passes, as facilitators make them and as guests meet them.
/// Those of the first chunk; the rest stand in late/en.guests.ts.

export const guests = {
  "person.as_guest": "{name} (guest)",
  "guests.make": "Let guests in",
  "visit.me": "Guest until {until}",
  "visit.soon": "Your visit ends at {until}. What you wrote stays in the room, unless you take it with you.",
  "visit.leave": "End my visit",
  "visit.leave.title": "End your visit?",
  "visit.leave.body": "You leave the room now. To come back you need a new pass.",
  "visit.leave.what": "What you wrote",
  "visit.leave.stays": "Stays in the room",
  "visit.leave.stays.hint": "Under your name, as others know it.",
  "visit.leave.goes": "Goes with me",
  "visit.leave.goes.hint": "It is deleted for everybody, and so is your name. This cannot be undone.",
  "visit.leave.forget": "Leave and delete it",
} as const;
