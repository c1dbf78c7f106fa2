/// Texts of src/desk/: what facilitators look after.

export const desk = {
  "desk.title": "Facilitators' desk",
  "desk.open": "Facilitators' desk, {count, plural, =0 {nothing waits} one {# thing waits} other {# things wait}}",
  "desk.lead": "For the facilitators of {name}. What stands here, nobody else in the room can read.",
  "desk.none": "The desk is for the facilitators of this room.",
  "desk.waiting": "Waiting",
  "desk.waiting.none": "Nothing waits",
  "desk.waiting.none.body": "Whoever asks to come in will stand here.",
  "desk.requests": "{count, plural, one {Somebody would like to come in} other {# people would like to come in}}",
  "desk.request.asked": "asked {when}",
  "desk.admit.of": "Let in {name}",
  "desk.decline.of": "Decline {name}",
  "desk.admitted": "{name} is in.",
  "desk.declined": "{name} has been told that the answer is no.",
} as const;
