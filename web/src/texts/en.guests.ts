/// Texts of src/guests/: guest passes, as facilitators make them and as guests meet them.
/// Those of the first chunk; the rest stand in late/en.guests.ts.

export const guests = {
  "person.as_guest": "{name} (guest)",
  "guests.make": "Let guests in",
  "visit.me": "Guest until {until}",
  "visit.soon": "Your visit ends at {until}. What you wrote stays in the room.",
  "visit.leave": "End my visit",
  "visit.leave.title": "End your visit?",
  "visit.leave.body": "You leave the room now. What you wrote stays there. To come back you need a new pass.",
} as const;
