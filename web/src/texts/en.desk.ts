/// Texts of src/desk/: what facilitators look after.
/// Those of the first chunk; the rest stand in late/en.desk.ts.

export const desk = {
  "desk.title": "Facilitators' desk",
  "desk.open": "Facilitators' desk, {count, plural, =0 {nothing waits} one {# thing waits} other {# things wait}}",
  "report.message": "Report",
  "report.direct": "Report this conversation",
  "report.answered": "You reported something: {outcome}",
  "report.answered.nothing": "it was looked at, and nothing needed to be done.",
  "report.answered.talked": "somebody has spoken with those it is about.",
  "report.answered.removed": "what was reported is gone.",
  "report.answered.sanctioned": "something was done about it.",
  "report.answer": "“{answer}”",
} as const;
