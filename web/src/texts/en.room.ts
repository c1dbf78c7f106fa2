/// Texts of src/room/: the timeline, the composer, threads, members.

export const room = {} as const;
