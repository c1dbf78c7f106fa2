/// Texts of src/room/: the timeline, the composer, threads, members.

export const room = {
  "person.unknown": "Somebody",
  "person.deleted": "A deleted account",
  "room.just_you": "Just you",
} as const;
