/// Texts of src/rooms/: the list, the directory, opening a room, the connection line.

export const rooms = {} as const;
