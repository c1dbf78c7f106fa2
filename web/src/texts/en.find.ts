/// Texts of src/find/: the one box and what was found.
/// Those of the first chunk; the rest stand in late/en.find.ts.

export const find = {
  "find.open": "Find",
} as const;
